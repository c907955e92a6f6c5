/**
 * The panel with the answer, the address bar and the way back.
 * In: places to look up, history events, the page's own markup. Out: a new panel in place of the old, a new address, the place on the map.
 * Only our own server's fragment is ever parsed as HTML. Knows no tile, style or drawing.
 */
import {decimals, fromFragment, toFragment} from './view.js';
import {addLetterButtons} from './letter.js';
import {shiftAt} from './grid.js';

/** Panels kept for the way back. */
const MAX_PANELS = 20;
/** What of an address is about the answer, and goes with it to the next place. */
const KEPT = ['on', 'edition', 'layers', 'within'];

/** @typedef {import('./view.js').LonLat} LonLat */

/** The address of a panel with the parameters that go along. @param {string} path @param {string} search of the current address */
export function addressOf(path, search) {
  const url = new URL(path, 'http://x'), now = new URLSearchParams(search);
  for (const name of KEPT) if (now.has(name) && !url.searchParams.has(name)) url.searchParams.set(name, `${now.get(name)}`);
  return url.pathname + url.search;
}

/** The places of an attribute, `lat,lon lat,lon`. @param {string} [said] @returns {LonLat[]} */
export const placesOf = (said) => (said?.split(' ') || []).map((pair) => {
  const [lat, lon] = pair.split(',').map(Number);
  return {lat, lon};
});

/**
 * @param {{box: HTMLElement, map: import('./map.js').GroundMap, text: import('./furniture.js').Text, say: (words: string) => void,
 *   restyle: (address: string) => void, fail: (address: string) => void}} parts  fail: a look-up failed; the page at this address has it
 */
export function openAnswer({box, map, text, say, restyle, fail}) {
  const {lat: openLat, lon: openLon, zoom: openZoom, fits, at: atPath = '/at/'} = box.dataset;
  /** @type {Map<string, HTMLElement>} */
  const panels = new Map();
  let path = location.pathname + location.search, busy = new AbortController();
  const panel = () => /** @type {HTMLElement} */ (document.getElementById('answer'));

  /** The view a panel opens with. What was made to fit a still map is looked at from nearer where there is more room. */
  function home() {
    const {lat = openLat, lon = openLon, zoom} = panel().dataset;
    const fitted = +(openZoom || 15) + (fits ? Math.max(0, Math.log2(box.clientWidth / +fits)) : 0);
    return {lat: +(lat || 0), lon: +(lon || 0), zoom: zoom ? +zoom : fitted};
  }

  const goHome = () => map.go(home(), home().zoom);

  /** To the address's view, else to the panel's own. */
  function open() {
    const view = fromFragment(location.hash) || home();
    map.go(view, view.zoom);
    mark();
  }

  /** The panel's place on the map, and what the Grid is off there. */
  function mark() {
    const {lat, lon, easting, northing, dots, ring, site} = panel().dataset, at = lat && lon ? {lat: +lat, lon: +lon} : undefined;
    map.mark(at, at && easting && northing ? shiftAt(at, {e: +easting, n: +northing}) : {e: 0, n: 0}, placesOf(dots), placesOf(site || ring), !!site);
  }

  /** Keeps the address bar the link to send. */
  function writeView() {
    const now = toFragment(map.view()), {lat, lon, zoom} = home();
    const at = fromFragment(now), near = at && Math.abs(at.lat - lat) + Math.abs(at.lon - lon) < 2e-5 && Math.abs(at.zoom - zoom) < 0.01;
    history.replaceState(history.state, '', path + (near ? '' : now));
    const twin = /** @type {HTMLAnchorElement | null} */ (document.getElementById('twin'));
    if (twin) twin.hash = near ? '' : now;
  }

  /** @param {string} address of the page @returns {Promise<HTMLElement>} */
  async function fetchPanel(address) {
    busy.abort();
    busy = new AbortController();
    const url = new URL(address, location.href);
    url.searchParams.set('part', 'answer');
    const reply = await fetch(url, {signal: busy.signal});
    const found = reply.ok && new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('answer');
    if (!found) throw new Error(`${reply.status}`);
    return document.adoptNode(found);
  }

  /** @param {HTMLElement} next @param {boolean} byKey */
  function swap(next, byKey) {
    const old = panel(), held = old.contains(document.activeElement), before = box.getBoundingClientRect().top;
    if (old === next) return;
    panels.set(path, old);
    if (panels.size > MAX_PANELS) panels.delete([...panels.keys()][0]);
    const slot = next.querySelector('#map'), stood = box.contains(document.activeElement) && document.activeElement;
    if (slot) {
      // The live map moves from panel to panel, and its empty place the other way.
      const here = document.createComment('');
      slot.replaceWith(here);
      box.replaceWith(slot);
      here.replaceWith(box);
    }
    old.replaceWith(next);
    // Where the map stands under the panel, a longer answer must not push it from under the finger.
    scrollBy({top: box.getBoundingClientRect().top - before, behavior: 'instant'});
    document.title = next.dataset.title || document.title;
    const twin = /** @type {HTMLAnchorElement | null} */ (document.getElementById('twin'));
    if (twin && next.dataset.twin) twin.href = next.dataset.twin;
    if (next.dataset.style && next.dataset.style !== old.dataset.style) restyle(next.dataset.style);
    map.light([]);
    addLetterButtons(next, () => say(text('copied')));
    const heading = next.querySelector('h1');
    if (byKey && heading) {
      heading.tabIndex = -1;
      heading.focus();
    } else if (stood instanceof HTMLElement) stood.focus({preventScroll: true});
    else if (held) next.focus({preventScroll: true});
    if (heading) say(`${heading.textContent}. ${next.querySelector('.sentence')?.textContent || ''}`);
  }

  /** @param {LonLat} at @param {boolean} byKey */
  async function lookUp(at, byKey) {
    const places = decimals(map.view().zoom);
    const address = addressOf(`${atPath}${+at.lat.toFixed(places)},${+at.lon.toFixed(places)}`, location.search);
    say(text('looking_up'));
    map.mark(at, {e: 0, n: 0});
    try {
      const next = await fetchPanel(address);
      writeView();
      swap(next, byKey);
      path = addressOf(next.dataset.path || address, location.search);
      history.pushState(null, '', path);
      mark();
      writeView();
    } catch (error) {
      if (/** @type {Error} */ (error).name === 'AbortError') return;
      mark();
      fail(address);
    }
  }

  addEventListener('popstate', async () => {
    const address = location.pathname + location.search;
    if (address === path && location.hash && !fromFragment(location.hash)) return;
    if (address !== path) {
      const kept = panels.get(address);
      try {
        swap(kept || (await fetchPanel(address)), false);
        path = address;
      } catch (error) {
        if (/** @type {Error} */ (error).name !== 'AbortError') location.reload();
        return;
      }
    }
    open();
  });

  /** Outlines the areas of a list item, and marks the items of areas under the pointer. */
  const areas = () => [...panel().querySelectorAll('[data-area]')].map((item) => /** @type {HTMLElement} */ (item))
    .map((item) => ({item, layer: `${item.dataset.layer}`, id: `${item.dataset.area}`}));
  for (const type of ['pointerover', 'focusin', 'pointerout', 'focusout'])
    document.addEventListener(type, ({target}) => {
      const item = target instanceof Element && panel().contains(target) && target.closest('[data-area]');
      if (item) map.light(/in|over/.test(type) ? areas().filter((area) => area.item === item) : []);
    });

  let waiting = 0;
  /** @param {import('./view.js').Point} [pixel] */
  function hover(pixel) {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      const under = pixel ? map.under(pixel, areas()) : [];
      for (const area of areas()) area.item.classList.toggle('lit', under.some(({layer, id}) => layer === area.layer && id === area.id));
    });
  }

  addLetterButtons(panel(), () => say(text('copied')));
  return {open, goHome, lookUp, hover, writeView};
}
