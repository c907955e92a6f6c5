/**
 * Puts the map on a page that is already complete without it.
 * In: the page's markup. Out: a live map in the still one's place, once the page has loaded and the browser is idle; under
 * Save-Data only when asked for. The server sends all modules as one file, so no name may stand at the top of two of them.
 */
import {attachHand} from './hand.js';
import {buildStage, furnish} from './furniture.js';
import {element} from './element.js';
import {fromGrid} from './grid.js';
import {fromScreen, project, toScreen, unproject} from './view.js';
import {openAnswer, placesOf} from './answer.js';
import {openMap} from './map.js';

const box = document.getElementById('map'), main = document.getElementById('answer');
/** @typedef {import('./view.js').LonLat} LonLat */

/** The still map gives way after so long even when some tiles are still missing. */
const PATIENCE_MS = 4000;

/** @param {string} address @returns {Promise<any>} */
async function fetchJson(address) {
  const reply = await fetch(new URL(address, location.href));
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  return reply.json();
}

/** The viewer's style sheet, there before anything it styles. */
const dress = () => new Promise((resolve) => {
  const link = document.createElement('link');
  Object.assign(link, {rel: 'stylesheet', href: new URL('viewer.css', import.meta.url).href, onload: resolve, onerror: resolve});
  document.head.append(link);
});

/** Words with their values filled in. @param {Record<string, string>} words @returns {import('./furniture.js').Text} */
const filler = (words) => (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);

/** The page's live region; the last of several quick messages is the one that is read. */
function speaker() {
  const region = document.getElementById('status');
  let timer = 0;
  /** @param {string} words */
  return (words) => {
    if (!region) return;
    clearTimeout(timer);
    region.textContent = '';
    timer = +setTimeout(() => region.textContent = words, 400);
  };
}

/** @param {HTMLElement} box @param {string} styleAddress @param {Promise<Record<string, string>>} wordsComing */
async function show(box, styleAddress, wordsComing) {
  const [words, style] = await Promise.all([wordsComing, fetchJson(styleAddress), dress()]);
  const text = filler(words), say = speaker(), lang = document.documentElement.lang || 'en';
  const bounds = box.dataset.bounds?.split(',').map(Number) || [-9, 49, 2.5, 61];
  const {stage, sheet, canvas} = buildStage(text), still = box.querySelector('.still'), drawing = still?.querySelector('svg');
  // In the shape and place of the still map, so that nothing on the page moves.
  const {width, height} = drawing?.getBoundingClientRect() || {width: 4, height: 3};
  stage.style.setProperty('--shape', `${width / height || 1.3}`);
  stage.classList.add('waiting');
  const credit = new DOMParser().parseFromString(Object.values(style.sources || {}).map((s) => s.attribution).filter(Boolean).join(' · '), 'text/html').body.textContent || '';
  box.prepend(stage, element('p', {className: 'attribution', hidden: true}, credit));
  /** The site that is being drawn. @type {{add: (place: LonLat) => void, close: () => void} | undefined} */
  let plot;
  let lacking = false, patient = true, told = {words: '', address: ''};
  /** Takes the still map's place as soon as there is something to show. */
  const reveal = () => {
    if (!stage.classList.contains('waiting') || !map.here().length || (patient && map.tiles().missing() && !map.tiles().failed())) return;
    still?.remove();
    stage.classList.remove('waiting');
    for (const part of box.querySelectorAll('.attribution')) part.removeAttribute('hidden');
  };
  setTimeout(() => {
    patient = false;
    reveal();
  }, PATIENCE_MS);

  const map = openMap(canvas, {
    lang, bounds,
    settled: () => answer.writeView(),
    drawn() {
      const failed = map.tiles().failed() > 0;
      reveal();
      furniture.refresh();
      if (told.words || !failed) furniture.note(told.words, told.address);
      else furniture.note(text('tiles_failed'));
      if (failed && !lacking) say(text('tiles_failed'));
      lacking = failed;
    },
  });
  const answer = openAnswer({box, map, text, say, fail: (address) => tell('lookup_failed', {}, address), restyle: async (address) => map.restyle(await fetchJson(address))});
  const act = attachHand({
    box, sheet, map, say: (key) => say(text(key)), home: answer.goHome, hover: answer.hover,
    drawn(place) {
      plot?.add(place);
      return !!plot;
    },
    lookUp(place, byKey) {
      if (plot) return plot.add(place);
      told = {words: '', address: ''};
      answer.lookUp(place, byKey);
    },
  });
  const furniture = furnish({stage, box, map, text, lang, act, locate, draw});
  map.restyle(style);
  answer.open();

  /** Begins to draw a site, or ends it; what that takes comes now. */
  async function draw() {
    const opener = /** @type {HTMLElement | null} */ (stage.querySelector('button.draw'));
    if (plot) return plot.close();
    try {
      const {dataset} = box, [{openDrawing}, words] = await Promise.all([import(new URL('draw.js', import.meta.url).href), fetchJson(`${dataset.words}`.replace('.json', '-drawing.json'))]);
      opener?.setAttribute('aria-pressed', 'true');
      plot = openDrawing({
        box, stage, sheet, map, say, element, fromGrid, word: filler(words), site: `${dataset.at}`.replace(/at\/$/, 'site'),
        start: placesOf(document.getElementById('answer')?.dataset.site),
        to: (/** @type {LonLat} */ place) => toScreen(map.view(), project(place)),
        from: (/** @type {import('./view.js').Point} */ pixel) => unproject(fromScreen(map.view(), pixel)),
        ended() {
          plot = undefined;
          opener?.setAttribute('aria-pressed', 'false');
          opener?.focus({preventScroll: true});
        },
      });
    } catch (error) {
      console.error(error);
      tell('draw_failed', {}, `${box.dataset.at}`.replace(/at\/$/, 'site'));
    }
  }

  /** Shows where the person stands: asked only now, kept nowhere, sent nowhere. */
  function locate() {
    say(text('locating'));
    navigator.geolocation.getCurrentPosition(({coords: {latitude: lat, longitude: lon, accuracy}}) => {
      if (lon < bounds[0] || lat < bounds[1] || lon > bounds[2] || lat > bounds[3]) return tell('location_outside');
      map.go({lat, lon}, Math.max(map.view().zoom, 16));
      tell('located', {metres: Math.round(accuracy)});
    }, () => tell('location_unavailable'), {enableHighAccuracy: true, timeout: 20000});
  }
  /** @param {string} key @param {Record<string, number>} [values] @param {string} [address] of a page that helps */
  function tell(key, values, address = '') {
    told = {words: text(key, values), address};
    furniture.note(told.words, address);
    say(told.words);
  }
}

/** Where each kilobyte counts, the person says when. @param {HTMLElement} box @param {() => Promise<void>} go @param {Promise<Record<string, string>>} wordsComing */
async function offer(box, go, wordsComing) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = (await wordsComing).show_map;
  button.addEventListener('click', async () => {
    await go();
    // The focus goes to what the button has brought, not back to the top of the page.
    const sheet = /** @type {HTMLElement | null} */ (box.querySelector('.sheet'));
    sheet?.focus({preventScroll: true});
    button.remove();
  }, {once: true});
  box.append(button);
}

/** The page is whole without us: a viewer that cannot start leaves it as it is. @param {HTMLElement} box @param {string} style */
function start(box, style) {
  const words = fetchJson(box.dataset.words || 'words.json');
  const go = () => show(box, style, words).catch((error) => console.error(error));
  if (/** @type {any} */ (navigator).connection?.saveData) offer(box, go, words).catch(console.error);
  else go();
}

if (box?.dataset.words && main?.dataset.style && window.Path2D && window.ResizeObserver && element('canvas').getContext('2d')) {
  const style = main.dataset.style, idle = window.requestIdleCallback || setTimeout;
  const ready = () => idle(() => start(box, style));
  if (document.readyState === 'complete') ready();
  else addEventListener('load', ready);
}
