/**
 * What stands round the map: buttons, the place of the key, notes.
 * In: the map, its words. Out: elements, and what their buttons ask. Every text comes from the words and goes in as text.
 * Knows no tile bytes, history or panel.
 */
import {element} from './element.js';
import {fillKey} from './key.js';
/** Drawn in a 24-pixel square, in the text's colour. @type {Record<string, string>} */
const ICONS = {
  zoom_in: 'M12 5v14M5 12h14', zoom_out: 'M5 12h14',
  move_north: 'M12 19V5m-6 6 6-6 6 6', move_south: 'M12 5v14m-6-6 6 6 6-6', move_west: 'M19 12H5m6-6-6 6 6 6', move_east: 'M5 12h14m-6-6 6 6-6 6',
  move: 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3',
  look_up: 'M5 12a7 7 0 1 0 14 0a7 7 0 1 0-14 0M12 2v7m0 6v7M2 12h7m6 0h7',
  draw: 'M4 9l8-5 8 6-4 9-9-1zM4 9h.01',
  my_location: 'M20 4 4 11l7 2 2 7z', key: 'M4 5h5v5H4zM4 14h5v5H4zM13 7.500h8M13 16.500h8',
};

/**
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text
 * @typedef {import('./map.js').GroundMap} GroundMap
 */

/** @param {string} path */
function icon(path) {
  const space = 'http://www.w3.org/2000/svg', svg = document.createElementNS(space, 'svg'), line = document.createElementNS(space, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** @param {Text} text @param {string} key @param {() => void} press @param {Record<string, any>} [more] */
const button = (text, key, press, more) =>
  element('button', {type: 'button', className: key, title: text(key), 'aria-label': text(key), onclick: press, ...more}, icon(ICONS[key]));

/**
 * The map's own elements, in the order a keyboard meets them.
 * @param {Text} text
 */
export function buildStage(text) {
  const canvas = element('canvas');
  const sheet = element('div', {className: 'sheet', tabIndex: 0, role: 'application', 'aria-label': text('map'), 'aria-describedby': 'map-hint'}, canvas);
  const hint = element('p', {className: 'hint', id: 'map-hint'}, text('keys'));
  const touch = element('p', {className: 'touch', 'aria-hidden': 'true'}, text('tap_to_explore'));
  const stage = element('div', {className: 'viewer'}, sheet, element('div', {className: 'cross'}), hint, touch);
  return {stage, sheet, canvas};
}

/**
 * @param {{stage: HTMLElement, box: HTMLElement, map: GroundMap, text: Text, lang: string, act: (intent: import('./hand.js').Intent) => void,
 *   locate: () => void, draw: () => void}} parts
 * @returns {{refresh: () => void, note: (words: string, address?: string) => void}} refresh: the view or its tiles have changed; note:
 *   words over the map, with a link to a page that helps
 */
export function furnish({stage, box, map, text, lang, act, locate, draw}) {
  /** @param {string} key @param {import('./hand.js').Intent} intent */
  const does = (key, intent) => button(text, key, () => act(intent));
  const moves = element('div', {className: 'moves', role: 'group', 'aria-label': text('move'), id: 'map-moves'},
    does('move_north', {move: [0, -0.25], said: 'moved_north'}), does('move_west', {move: [-0.25, 0], said: 'moved_west'}),
    does('move_east', {move: [0.25, 0], said: 'moved_east'}), does('move_south', {move: [0, 0.25], said: 'moved_south'}));
  const move = button(text, 'move', () => toggle(move, moves), {'aria-expanded': 'false', 'aria-controls': 'map-moves'});
  const list = element('div', {className: 'key-list', id: 'map-key', hidden: true, role: 'group', 'aria-label': text('key')});
  const key = button(text, 'key', () => {
    toggle(key, list);
    refresh();
  }, {'aria-expanded': 'false', 'aria-controls': 'map-key'});
  const tools = element('div', {className: 'tools', role: 'group', 'aria-label': text('controls')},
    does('zoom_in', {zoom: 1, said: 'zoomed_in'}), does('zoom_out', {zoom: -1, said: 'zoomed_out'}), move, moves, does('look_up', {lookUp: true}), button(text, 'draw', draw),
    ...(navigator.geolocation ? [button(text, 'my_location', locate)] : []), key);
  const note = element('p', {className: 'note', hidden: true});
  stage.append(tools, note);
  box.append(list);
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    toggle(key, list);
    key.focus();
  });

  /** @param {HTMLElement} opener @param {HTMLElement} part */
  function toggle(opener, part) {
    const open = opener.getAttribute('aria-expanded') !== 'true';
    opener.setAttribute('aria-expanded', `${open}`);
    part.hidden = part === list && !open;
    part.classList.toggle('open', open);
  }

  function refresh() {
    if (!list.hidden) fillKey(list, map, text, lang);
  }

  return {
    refresh,
    note(words, address = '') {
      // Only when it changes: this is asked after every frame, and touching the page costs a layout.
      if (note.dataset.said === words + address) return;
      note.dataset.said = words + address;
      note.replaceChildren(words, ...(address ? [' ', element('a', {href: address}, text('lookup_failed_link'))] : []));
      note.hidden = !words;
    },
  };
}
