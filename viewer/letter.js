/**
 * Two buttons that only a script can offer beside the text to send: copy it, print the page.
 * In: a panel whose text area carries their labels (`data-copy`, `data-print`). Out: the buttons. Knows nothing of the map.
 */
import {element} from './element.js';

/** @param {ParentNode} panel @param {() => void} copied is called when the text is on the clipboard */
export function addLetterButtons(panel, copied) {
  const letter = /** @type {HTMLTextAreaElement | null} */ (panel.querySelector('textarea[data-copy]'));
  if (!letter || letter.nextElementSibling) return;
  const copy = async () => {
    letter.select();
    // Outside a secure context there is no clipboard but the old command's.
    await (navigator.clipboard?.writeText(letter.value) || document.execCommand('copy'));
    copied();
  };
  letter.after(
    element('button', {type: 'button', onclick: copy}, `${letter.dataset.copy}`), ' ',
    element('button', {type: 'button', onclick: () => print()}, `${letter.dataset.print}`),
  );
}
