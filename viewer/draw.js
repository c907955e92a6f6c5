/**
 * A site drawn on the map: corners put, moved and taken back by finger, mouse, key or typing; then its page.
 * In: the map and its elements, words, what turns places into pixels. Out: a red line over the map, and an address or a form that asks
 * about the site. Sent alone, when somebody begins to draw: it imports nothing. Whether the line crosses itself the server says.
 */

/** Characters of corners in an address; with more the site is sent as a form. The server has the same limit. */
const MAX_IN_ADDRESS = 1900;
/** A second tap on the last corner within so long is the end of the line. */
const AGAIN_MS = 500;
/** What of an address is about the question, and goes with it. */
const ASKED = ['on', 'edition', 'layers', 'within'];
/** Pixels that a finger trembles. */
const TREMBLE = 6;

/** @typedef {import('./view.js').LonLat} Corner */

/** One corner as it is typed, to the centimetre. @param {Corner} corner */
const typedCorner = ({lat, lon}) => `${+lat.toFixed(7)},${+lon.toFixed(7)}`;

/**
 * What was typed, corner by corner; nothing where a line is no pair of numbers.
 * @param {string} typed @param {(metres: {e: number, n: number}) => Corner} fromGrid @returns {Corner[] | undefined}
 */
export function cornersTyped(typed, fromGrid) {
  const pairs = typed.split(/[\n;]/).map((line) => line.trim()).filter(Boolean).map((line) => line.split(/[\s,]+/).map(Number));
  if (pairs.some((pair) => pair.length !== 2 || !pair.every(Number.isFinite))) return;
  const degrees = pairs.every(([lat, lon]) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180);
  return pairs.map(([a, b]) => (degrees ? {lat: a, lon: b} : fromGrid({e: a, n: b})));
}

/** Square metres, on a plane that touches the ellipsoid in the middle: for reading off while drawing. @param {Corner[]} corners */
export function squareMetres(corners) {
  if (corners.length < 3) return 0;
  const middle = corners.reduce((sum, {lat}) => sum + lat / corners.length, 0) * (Math.PI / 180), [origin] = corners;
  const flat = 1 - 0.00669438 * Math.sin(middle) ** 2, east = (111319.4908 * Math.cos(middle)) / Math.sqrt(flat), north = (111319.4908 * 0.99330562) / flat ** 1.5;
  const points = corners.map(({lat, lon}) => [(lon - origin.lon) * east, (lat - origin.lat) * north]);
  const twice = points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Where the site is asked about, or nothing where it is too long for an address. @param {string} site path @param {string} typed @param {string} search of this page */
export function siteAddress(site, typed, search) {
  const points = typed.split(/[\n;]/).map((line) => line.trim().replace(/[\s,]+/g, ',')).filter(Boolean).join(';');
  if (points.length > MAX_IN_ADDRESS || !/^[-\d.,;+e]*$/.test(points)) return;
  return `${site}?points=${points}${asking(search).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join('')}`;
}

/** @param {string} search @returns {[string, string][]} */
const asking = (search) => [...new URLSearchParams(search)].filter(([name, value]) => ASKED.includes(name) && value);

/**
 * @param {{box: HTMLElement, stage: HTMLElement, sheet: HTMLElement, map: import('./map.js').GroundMap, say: (words: string) => void,
 *   word: import('./furniture.js').Text, element: typeof import('./element.js').element, site: string, start: Corner[], ended: () => void,
 *   to: (corner: Corner) => {x: number, y: number}, from: (pixel: {x: number, y: number}) => Corner, fromGrid: (metres: {e: number, n: number}) => Corner}} parts
 *   site: path of the page that answers; start: corners to begin with; to, from: places to pixels of the view and back
 */
export function openDrawing({box, stage, sheet, map, say, word, element, site, start, ended, to, from, fromGrid}) {
  let corners = [...start], seen = {}, drawnFor = '', addedAt = 0, frame = 0, open = true;
  const space = 'http://www.w3.org/2000/svg';
  /** @param {string} tag @param {Record<string, string>} attributes */
  const shape = (tag, attributes) => {
    const made = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const svg = shape('svg', {class: 'site-line', 'aria-hidden': 'true'});
  const [paper, line] = ['paper', 'line'].map((name) => shape('path', {class: name}));
  const knobs = shape('g', {});
  svg.append(paper, line, knobs);
  const size = element('p', {className: 'size'});
  const wrong = element('p', {className: 'wrong', id: 'drawing-wrong', hidden: true});
  const list = element('textarea', {id: 'drawing-corners', rows: 4, spellcheck: false, autocomplete: 'off', oninput: read, 'aria-describedby': 'drawing-wrong'});
  /** @param {string} key @param {() => void} press */
  const press = (key, press) => element('button', {type: 'button', className: key, onclick: press}, word(key));
  const panel = element('div', {className: 'drawing', role: 'group', 'aria-label': word('heading')},
    element('p', {}, word('how')), size, wrong,
    element('p', {className: 'steps'}, press('put', put), press('undo', undo), press('finish', finish), press('cancel', close)),
    element('label', {htmlFor: 'drawing-corners'}, word('corners')), list);
  stage.classList.add('drawn');
  sheet.after(svg);
  stage.after(panel);
  box.classList.add('awake');

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const does = {' ': put, Backspace: undo, Delete: undo, Escape: close}[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
  sheet.addEventListener('keydown', keys);
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && close());

  /** Square metres as people read them. */
  function measured() {
    const m2 = squareMetres(corners);
    return corners.length < 3 ? word('more', {n: 3 - corners.length})
      : word('size', {ha: (m2 / 1e4).toFixed(m2 < 1e3 ? 3 : 2), m2: m2 < 10 ? m2.toFixed(1) : Math.round(m2)});
  }

  /** After a change of the corners. @param {string} [key] what to say first @param {boolean} [keep] leave what is typed as it is */
  function changed(key, keep) {
    if (!keep) list.value = corners.map(typedCorner).join('\n');
    complain('');
    size.textContent = measured();
    drawnFor = '';
    if (key) say(`${word(key, {n: corners.length})} ${measured()}`);
  }

  /** @param {string} words */
  function complain(words) {
    wrong.textContent = words;
    wrong.hidden = !words;
    list.setAttribute('aria-invalid', `${!!words}`);
  }

  /** Takes in what was typed. */
  function read() {
    const typed = cornersTyped(list.value, fromGrid);
    corners = typed || [];
    changed(undefined, true);
    if (!typed && !/^\s*[{[]/.test(list.value)) complain(word('not_pairs'));
  }

  /** @param {Corner} corner */
  function add(corner) {
    const last = corners[corners.length - 1], at = to(corner), near = (/** @type {Corner} */ other) => Math.hypot(to(other).x - at.x, to(other).y - at.y) < TREMBLE;
    // Once more on the last corner, or on the first: the line is finished.
    if (last && near(last)) return corners.length > 2 ? finish() : undefined;
    if (corners.length > 2 && near(corners[0])) return finish();
    corners.push(corner);
    addedAt = performance.now();
    changed('put_said');
  }

  /** A corner in the middle of the map. */
  function put() {
    const {width, height} = map.view();
    add(from({x: width / 2, y: height / 2}));
  }

  function undo() {
    if (!corners.length) return say(word('nothing'));
    corners.pop();
    changed('undo_said');
  }

  function finish() {
    const typed = list.value.trim();
    if (corners.length < 3 && !/^[{[]/.test(typed)) {
      complain(word('too_few'));
      say(word('too_few'));
      return;
    }
    say(word('asking'));
    const address = siteAddress(site, typed, location.search);
    if (address) return location.assign(address);
    /** @type {[string, string][]} */
    const fields = [['geometry', typed], ...asking(location.search)];
    const form = element('form', {method: 'post', action: site, hidden: true}, ...fields.map(([name, value]) => element('input', {type: 'hidden', name, value})));
    document.body.append(form);
    form.submit();
  }

  function close() {
    if (!open) return;
    open = false;
    cancelAnimationFrame(frame);
    sheet.removeEventListener('keydown', keys);
    stage.classList.remove('drawn');
    svg.remove();
    panel.remove();
    say(word('cancelled'));
    ended();
  }

  /** A corner that can be taken and moved. @param {number} number */
  function knob(number) {
    const made = shape('g', {class: 'knob'});
    made.append(shape('circle', {class: 'reach', r: '14'}), shape('circle', {class: 'dot', r: '6'}));
    let from0 = {x: 0, y: 0}, held = false, moved = false;
    made.addEventListener('pointerdown', (event) => {
      const {clientX: x, clientY: y, pointerId} = /** @type {PointerEvent} */ (event);
      [from0, held, moved] = [{x, y}, true, false];
      made.setPointerCapture(pointerId);
      event.preventDefault();
      event.stopPropagation();
    });
    made.addEventListener('pointermove', (event) => {
      const {clientX: x, clientY: y} = /** @type {PointerEvent} */ (event);
      if (!held || (!moved && Math.hypot(x - from0.x, y - from0.y) < TREMBLE)) return;
      moved = true;
      const {left, top} = sheet.getBoundingClientRect();
      corners[number] = from({x: x - left, y: y - top});
      changed();
    });
    made.addEventListener('pointerup', () => {
      if (!held) return;
      held = false;
      if (moved) return say(`${word('moved', {n: number + 1})} ${measured()}`);
      const last = number === corners.length - 1 && performance.now() - addedAt < AGAIN_MS;
      if (corners.length > 2 && (number === 0 || last)) finish();
    });
    made.addEventListener('pointercancel', () => held = false);
    return made;
  }

  /** Keeps the line on the map, whatever moves it. */
  function follow() {
    frame = requestAnimationFrame(follow);
    const view = map.view();
    if (view === seen && drawnFor) return;
    seen = view;
    drawnFor = 'drawn';
    const points = corners.map(to), path = points.map(({x, y}, i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('') + (points.length > 2 ? 'z' : '');
    svg.setAttribute('viewBox', `0 0 ${view.width} ${view.height}`);
    for (const part of [paper, line]) part.setAttribute('d', path);
    while (knobs.childElementCount > points.length) knobs.lastElementChild?.remove();
    while (knobs.childElementCount < points.length) knobs.append(knob(knobs.childElementCount));
    points.forEach(({x, y}, i) => knobs.children[i].setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`));
  }

  changed();
  follow();
  sheet.focus({preventScroll: true});
  say(`${word('heading')}. ${word('how')}`);
  return {add, close};
}
