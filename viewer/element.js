/**
 * Makes an HTML element.
 * In: a tag, properties or attributes, children. Out: the element; words always go in as text. Knows nothing of the map.
 */

/** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, any>} [properties] @param {(Node | string)[]} children @returns {HTMLElementTagNameMap[K]} */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name in made) Object.assign(made, {[name]: value});
    else made.setAttribute(name, value);
  made.append(...children);
  return made;
}
