/**
 * Fingers, mouse, wheel and keys on the map.
 * In: DOM events of the map's own element. Out: moves of the map, places to look up, what to say.
 * On a touch screen the map sleeps at first: a vertical swipe scrolls the page, a tap or a sideways drag wakes it, and a touch
 * elsewhere sends it to sleep, so that it never traps the page. Knows no tile, style or panel.
 */
import {fromScreen, unproject} from './view.js';

const DOUBLE_MS = 280;
const NUDGE = 10;
/** How long a let-go map runs on, and how fast a key or button moves it. */
const THROW_MS = 250, STEP_MS = 80;

/**
 * @typedef {{move?: [number, number], nudge?: [number, number], zoom?: number, said?: string, lookUp?: true, home?: true}} Intent
 *   move: shares of the view east and south; nudge: pixels
 */

/** @type {Record<string, [number, number, string]>} */
const WAYS = {
  ArrowUp: [0, -1, 'moved_north'], ArrowDown: [0, 1, 'moved_south'], ArrowLeft: [-1, 0, 'moved_west'], ArrowRight: [1, 0, 'moved_east'],
};

/** What a key asks of the map; nothing where it belongs to the browser. @param {{key: string, shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event @returns {Intent | undefined} */
export function intent({key, shiftKey, ctrlKey, altKey, metaKey}) {
  if (ctrlKey || altKey || metaKey) return;
  if (Object.hasOwn(WAYS, key)) {
    const [x, y, said] = WAYS[key];
    return shiftKey ? {nudge: [x * NUDGE, y * NUDGE], said} : {move: [x / 4, y / 4], said};
  }
  if (key === '+' || key === '=') return {zoom: 1, said: 'zoomed_in'};
  if (key === '-' || key === '_') return {zoom: -1, said: 'zoomed_out'};
  if (key === 'Enter') return {lookUp: true};
  if (key === 'Home') return {home: true, said: 'moved_back'};
}

/** Zooms of one turn of the wheel; a pinch on a touch pad comes as a wheel with ctrl. @param {{deltaY: number, deltaMode: number, ctrlKey: boolean}} event */
export const wheelZoom = ({deltaY, deltaMode, ctrlKey}) =>
  Math.max(-1, Math.min(1, (-deltaY * (deltaMode ? 20 : 1) * (ctrlKey ? 4 : 1)) / 400));

/**
 * @param {{box: HTMLElement, sheet: HTMLElement, map: import('./map.js').GroundMap, say: (key: string) => void, home: () => void,
 *   lookUp: (place: import('./view.js').LonLat, byKey: boolean) => void, drawn: (place: import('./view.js').LonLat) => boolean, hover: (pixel?: import('./view.js').Point) => void}} parts
 *   drawn: takes a tap for a corner of a site while one is drawn
 * @returns {(intent: Intent) => void} does what a key or a button asks
 */
export function attachHand({box, sheet, map, say, home, lookUp, drawn, hover}) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  /** @type {{x: number, y: number, time: number}[]} */
  let trail = [];
  let travelled = 0, lastTap = 0, pending = 0, first = {x: 0, y: 0};
  const calm = matchMedia('(prefers-reduced-motion:reduce)');
  /** @param {number} ms */
  const motion = (ms) => (calm.matches ? 0 : ms);
  /** @param {MouseEvent} event */
  const pixel = (event) => {
    const {left, top} = sheet.getBoundingClientRect();
    return {x: event.clientX - left, y: event.clientY - top};
  };
  /** @param {PointerEvent} event */
  const slop = (event) => (event.pointerType === 'mouse' ? 4 : 9);
  /** @param {PointerEvent} event */
  const asleep = (event) => event.pointerType === 'touch' && !box.classList.contains('awake');
  const middle = () => {
    const all = [...fingers.values()], x = all.reduce((sum, p) => sum + p.x, 0) / all.length, y = all.reduce((sum, p) => sum + p.y, 0) / all.length;
    return {x, y, apart: all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0};
  };

  sheet.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    if (fingers.size) wake();
    else {
      travelled = 0;
      trail = [];
      first = pixel(event);
    }
    fingers.set(event.pointerId, pixel(event));
    sheet.setPointerCapture(event.pointerId);
    map.hold(true);
  });

  sheet.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) {
      if (event.pointerType === 'mouse') hover(pixel(event));
      return;
    }
    const before = middle();
    fingers.set(event.pointerId, pixel(event));
    const now = middle(), dx = before.x - now.x, dy = before.y - now.y;
    travelled += Math.hypot(dx, dy);
    if (fingers.size < 2) {
      if (travelled < slop(event)) return;
      // Still the browser's to decide: what goes up or down will be the page's, and is not ours to begin.
      if (asleep(event) && Math.abs(now.x - first.x) < Math.abs(now.y - first.y)) return;
    }
    wake();
    map.pan(dx, dy);
    if (before.apart && now.apart) map.zoom(Math.log2(now.apart / before.apart), now);
    trail = [...trail.slice(-5), {x: now.x, y: now.y, time: event.timeStamp}];
  });

  /** @param {PointerEvent} event */
  function lift(event) {
    if (!fingers.delete(event.pointerId)) return;
    if (fingers.size) {
      trail = [];
      travelled = Infinity;
      return;
    }
    map.hold(false);
    if (event.type === 'pointercancel') return;
    if (travelled < slop(event)) tap(event);
    else throwOn(event.timeStamp);
  }
  sheet.addEventListener('pointerup', lift);
  sheet.addEventListener('pointercancel', lift);
  sheet.addEventListener('pointerleave', () => hover());

  /** Lets the map run on at the speed of the last tenth of a second. @param {number} now */
  function throwOn(now) {
    const recent = trail.filter(({time}) => now - time < 100), [early] = recent, late = recent[recent.length - 1];
    if (recent.length < 2 || calm.matches) return;
    const share = THROW_MS / Math.max(8, late.time - early.time);
    map.pan((early.x - late.x) * share, (early.y - late.y) * share, THROW_MS);
  }

  /** @param {PointerEvent} event */
  function tap(event) {
    const at = pixel(event);
    if (asleep(event)) {
      wake();
      return say('awake');
    }
    const place = unproject(fromScreen(map.view(), at));
    clearTimeout(pending);
    if (drawn(place)) return;
    if (event.timeStamp - lastTap < DOUBLE_MS) {
      lastTap = 0;
      map.zoom(event.shiftKey ? -1 : 1, at, motion(STEP_MS));
      return;
    }
    lastTap = event.timeStamp;
    pending = +setTimeout(() => lookUp(place, false), DOUBLE_MS);
  }

  const wake = () => box.classList.add('awake');
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !box.contains(event.target)) box.classList.remove('awake');
  });

  sheet.addEventListener('wheel', (event) => {
    event.preventDefault();
    const by = wheelZoom(event);
    map.zoom(by, pixel(event), Math.abs(by) > 0.1 ? motion(STEP_MS) : 0);
  }, {passive: false});

  sheet.addEventListener('keydown', (event) => {
    const asked = intent(event);
    if (!asked) return;
    event.preventDefault();
    act(asked);
  });

  /** @param {Intent} asked */
  function act({move, nudge, zoom, said, lookUp: look, home: back}) {
    const view = map.view();
    wake();
    if (move) map.pan(move[0] * view.width, move[1] * view.height, motion(STEP_MS));
    if (nudge) map.pan(...nudge);
    if (zoom) map.zoom(zoom, undefined, motion(STEP_MS));
    if (back) home();
    if (look) lookUp(unproject(view), true);
    if (said) say(said);
  }
  return act;
}
