/**
 * Suggests places while somebody types into the search field, which works as a form without it.
 * In: the form's field and what the server suggests, as the list's markup. Out: a combobox with a list box (WAI-ARIA 1.2).
 * One request at a time: a new one is sent when the last is answered, and then for what stands in the field by that time.
 * Sent as a file of its own, since the search field is on every page and the map is not.
 */

/** Keys come faster than this in a word; with a line of 400 ms the list stands within 700 ms of the last one. */
const PAUSE_MS = 180;
/** Answers that are kept: going back a letter asks nobody. */
const MOST_KEPT = 60;
/** A single letter begins half of all names. */
const SHORTEST = 2;

/**
 * Asks for one text at a time; the latest wins, and what comes for an older one is kept but not shown.
 * @param {(text: string) => Promise<string>} fetchList fails or gives nothing where there is nothing to show
 * @param {(list: string) => void} show
 */
export function openAsker(fetchList, show) {
  /** @type {Map<string, string>} */
  const kept = new Map();
  let wanted = '', asking = false;
  /** @param {string} text */
  async function ask(text) {
    wanted = text;
    const known = kept.get(text);
    if (known !== undefined || text.length < SHORTEST) return show(known ?? '');
    if (asking) return;
    asking = true;
    // What failed is not kept: the line may be back with the next letter.
    const list = await fetchList(text).catch(() => undefined);
    asking = false;
    if (list !== undefined) kept.set(text, list);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    if (wanted === text) show(list ?? '');
    else await ask(wanted);
  }
  return {
    ask,
    /** Nothing is wanted any more, whatever is on its way. */
    forget: () => wanted = '',
  };
}

/** @param {HTMLInputElement} field @param {HTMLFormElement} form */
function attachSuggestions(field, form) {
  const status = document.getElementById('status'), action = form.getAttribute('action') || '/search';
  /** @type {HTMLElement | null} */
  let list = null;
  let active = -1, timer = 0;
  const options = () => /** @type {HTMLElement[]} */ ([...list?.children ?? []]);

  /** @param {number} next the option that is marked, −1 for none */
  function mark(next) {
    active = next;
    options().forEach((option, at) => option.setAttribute('aria-selected', `${at === active}`));
    const option = options()[active];
    if (option) field.setAttribute('aria-activedescendant', option.id);
    else field.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({block: 'nearest'});
  }

  function close() {
    list?.remove();
    list = null;
    field.setAttribute('aria-expanded', 'false');
    mark(-1);
    if (status) status.textContent = '';
  }

  /** @param {string} markup */
  function show(markup) {
    close();
    const came = /** @type {HTMLElement | null} */ (new DOMParser().parseFromString(markup, 'text/html').querySelector('#suggestions'));
    if (!came || document.activeElement !== field) return;
    if (status) status.textContent = came.dataset.said || '';
    if (!came.children.length) return;
    list = document.adoptNode(came);
    field.after(list);
    field.setAttribute('aria-expanded', 'true');
    // The focus stays in the field while a finger or the mouse chooses.
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', ({target}) => go(/** @type {Element} */ (target).closest('[role=option]')));
  }

  /** @param {Element | null | undefined} option */
  function go(option) {
    const {path} = /** @type {HTMLElement | null | undefined} */ (option)?.dataset ?? {};
    if (path) location.assign(path);
  }

  const asker = openAsker(async (text) => {
    // What is no name is led on to its place: nothing to suggest there.
    const reply = await fetch(`${action}?q=${encodeURIComponent(text)}&part=suggestions`, {redirect: 'manual'});
    return reply.ok ? reply.text() : '';
  }, show);
  const forget = () => {
    clearTimeout(timer);
    asker.forget();
    close();
  };

  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', 'suggestions');
  field.setAttribute('aria-expanded', 'false');
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = +setTimeout(() => asker.ask(field.value.trim()), PAUSE_MS);
  });
  field.addEventListener('blur', forget);
  form.addEventListener('submit', forget);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing || !list) return;
    const last = options().length - 1, {key} = event;
    // Beyond either end the text itself is marked again.
    if (key === 'ArrowDown') mark(active === last ? -1 : active + 1);
    else if (key === 'ArrowUp') mark(active < 0 ? last : active - 1);
    else if (key === 'Escape') forget();
    else if (key === 'Enter' && active >= 0) go(options()[active]);
    else return;
    event.preventDefault();
  });
}

const searchField = typeof document === 'undefined' ? null : /** @type {HTMLInputElement | null} */ (document.getElementById('q'));
if (searchField?.form) attachSuggestions(searchField, searchField.form);
