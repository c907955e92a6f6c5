/**
 * The National Grid and the scale on the map: lines at 100 km to 100 m with their figures, two-letter squares, a bar.
 * In: WGS 84 degrees, a view, a canvas whose unit is the CSS pixel. Out: metres, lines, strokes. Airy's transverse Mercator and
 * the Ordnance Survey's Helmert transform are about 5 m off: `shift`, known exactly at one place, takes that away near it.
 */
import {fromScreen, metresPerPixel, project, toScreen, unproject} from './view.js';

const BLUE = '#2b5470', INK = '#14212b';
const RAD = Math.PI / 180;

/**
 * @typedef {{e: number, n: number}} Metres  eastings and northings
 * @typedef {import('./view.js').Point} Point
 * @typedef {{metres: number, east: boolean, points: Point[]}} Line  east: a line of one easting
 * @typedef {{key: string, step: number, lines: Line[], squares: (Point & {name: string})[]}} Grid
 */

/** WGS 84 degrees to the National Grid, 5 m off at most. @param {import('./view.js').LonLat} place @returns {Metres} */
export function toGrid({lon, lat}) {
  // Onto the Airy 1830 ellipsoid by way of earth-centred metres (OS, A guide to coordinate systems, annexe B and section 6.6).
  const sine = Math.sin(lat * RAD), normal = 6378137 / Math.sqrt(1 - 0.00669438 * sine * sine);
  const x0 = normal * Math.cos(lat * RAD) * Math.cos(lon * RAD), y0 = normal * Math.cos(lat * RAD) * Math.sin(lon * RAD);
  const z0 = normal * (1 - 0.00669438) * sine, scale = 1 + 20.4894e-6, second = RAD / 3600;
  const [rx, ry, rz] = [-0.1502 * second, -0.247 * second, -0.8421 * second];
  const x = -446.448 + scale * x0 - rz * y0 + ry * z0;
  const y = 125.157 + rz * x0 + scale * y0 - rx * z0;
  const z = -542.06 - ry * x0 + rx * y0 + scale * z0;
  const a = 6377563.396, b = 6356256.909, e2 = 1 - (b * b) / (a * a), p = Math.hypot(x, y);
  let phi = Math.atan2(z, p * (1 - e2));
  for (let i = 0; i < 4; i++) phi = Math.atan2(z + (e2 * a * Math.sin(phi)) / Math.sqrt(1 - e2 * Math.sin(phi) ** 2), p);

  // Transverse Mercator (annexe C): the OS's names for its terms.
  const f0 = 0.9996012717, phi0 = 49 * RAD, n = (a - b) / (a + b);
  const s = Math.sin(phi), c = Math.cos(phi), t2 = (s / c) ** 2, l = Math.atan2(y, x) + 2 * RAD;
  const nu = (a * f0) / Math.sqrt(1 - e2 * s * s), rho = (nu * (1 - e2)) / (1 - e2 * s * s), eta2 = nu / rho - 1;
  const less = phi - phi0, more = phi + phi0;
  const m = b * f0 * ((1 + n + 1.25 * n * n * (1 + n)) * less
    - (3 * n + 3 * n * n + 2.625 * n ** 3) * Math.sin(less) * Math.cos(more)
    + 1.875 * (n * n + n ** 3) * Math.sin(2 * less) * Math.cos(2 * more)
    - (35 / 24) * n ** 3 * Math.sin(3 * less) * Math.cos(3 * more));
  return {
    e: 4e5 + nu * c * l + (nu / 6) * c ** 3 * (nu / rho - t2) * l ** 3
      + (nu / 120) * c ** 5 * (5 - 18 * t2 + t2 * t2 + 14 * eta2 - 58 * t2 * eta2) * l ** 5,
    n: m - 1e5 + (nu / 2) * s * c * l ** 2 + (nu / 24) * s * c ** 3 * (5 - t2 + 9 * eta2) * l ** 4
      + (nu / 720) * s * c ** 5 * (61 - 58 * t2 + t2 * t2) * l ** 6,
  };
}

/** The other way, to the millimetre of `toGrid`: it corrects a guess. @param {Metres} metres */
export function fromGrid({e, n}) {
  const guess = {lon: -2, lat: 54};
  for (let i = 0; i < 8; i++) {
    const at = toGrid(guess);
    guess.lat += (n - at.n) / 111250;
    guess.lon += (e - at.e) / (111320 * Math.cos(guess.lat * RAD));
  }
  return guess;
}

/** The two letters of a 100 km square. @param {Metres} metres */
export function letters({e, n}) {
  const column = Math.floor(e / 1e5), row = Math.floor(n / 1e5);
  if (column < 0 || column > 6 || row < 0 || row > 12) return '';
  const letter = (/** @type {number} */ x, /** @type {number} */ y) => 'ABCDEFGHJKLMNOPQRSTUVWXYZ'[x + 5 * (4 - y)];
  return letter(2 + Math.floor(column / 5), 1 + Math.floor(row / 5)) + letter(column % 5, row % 5);
}

/** How far the formula is off where the truth is known. @param {import('./view.js').LonLat} place @param {Metres} truth @returns {Metres} */
export function shiftAt(place, truth) {
  const rough = toGrid(place);
  return {e: rough.e - truth.e, n: rough.n - truth.n};
}

/** Metres between lines: the closest that stand 80 pixels apart. @param {number} metresAPixel */
export const spacing = (metresAPixel) => [100, 1000, 10000].find((metres) => metres >= 80 * metresAPixel) || 100000;

/** What is written at a line: in its 100 km square, as many figures as its spacing needs. @param {number} metres @param {number} step */
export const figures = (metres, step) => `${(metres % 1e5) / step}`.padStart(5 - Math.log10(step), '0');

/**
 * The lines of a view, clipped to the National Grid; `last` again where they have not changed.
 * @param {import('./view.js').View} view @param {Metres} shift @param {Grid} [last]
 * @returns {Grid}
 */
export function gridLines(view, shift, last) {
  const step = spacing(metresPerPixel(view));
  let [west, south, east, north] = [7e5, 13e5, 0, 0];
  for (let i = 0; i <= 2; i++)
    for (let j = 0; j <= 2; j++) {
      const at = toGrid(unproject(fromScreen(view, {x: (view.width * i) / 2, y: (view.height * j) / 2})));
      west = Math.min(west, at.e - shift.e); east = Math.max(east, at.e - shift.e);
      south = Math.min(south, at.n - shift.n); north = Math.max(north, at.n - shift.n);
    }
  west = Math.max(0, Math.floor(west / step) * step); east = Math.min(7e5, Math.ceil(east / step) * step);
  south = Math.max(0, Math.floor(south / step) * step); north = Math.min(13e5, Math.ceil(north / step) * step);
  const key = `${[step, west, south, east, north, shift.e, shift.n]}`;
  if (last?.key === key) return last;

  /** @param {number} e @param {number} n */
  const mercator = (e, n) => project(fromGrid({e: e + shift.e, n: n + shift.n}));
  // Straight within a few kilometres; over Britain a line of the Grid bends.
  const bends = step > 1000 ? 8 : 1;
  const share = Array.from({length: bends + 1}, (_, i) => i / bends);
  /** @type {Line[]} */
  const lines = [];
  for (let e = west; e <= east && north > south; e += step)
    lines.push({metres: e, east: true, points: share.map((part) => mercator(e, south + (north - south) * part))});
  for (let n = south; n <= north && east > west; n += step)
    lines.push({metres: n, east: false, points: share.map((part) => mercator(west + (east - west) * part, n))});
  const squares = [];
  if (step > 10000)
    for (let e = west; e < east; e += step)
      for (let n = south; n < north; n += step) squares.push({...mercator(e + step / 2, n + step / 2), name: letters({e, n})});
  return {key, step, lines, squares};
}

/** Words on a slip of paper: far cheaper in every frame than a halo. @param {CanvasRenderingContext2D} ctx @param {string} words @param {number} x @param {number} y centre */
function slip(ctx, words, x, y) {
  const half = ctx.measureText(words).width / 2 + 2;
  ctx.fillStyle = '#ffffffc8';
  ctx.fillRect(x - half, y - 7, 2 * half, 14);
  ctx.fillStyle = BLUE;
  ctx.fillText(words, x, y + 0.5);
}

/** Where a line on screen crosses a row or column. @param {Point[]} line @param {'x' | 'y'} axis @param {number} at */
function crossing(line, axis, at) {
  const other = axis === 'x' ? 'y' : 'x';
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1], b = line[i];
    if (a[axis] < at !== b[axis] < at) return a[other] + ((b[other] - a[other]) * (at - a[axis])) / (b[axis] - a[axis]);
  }
  return -1;
}

/** @param {import('./view.js').View} view @param {Grid} grid */
const onScreen = (view, grid) => grid.lines.map(({points}) => points.map((point) => toScreen(view, point)));

/** @param {CanvasRenderingContext2D} ctx @param {import('./view.js').View} view @param {Grid} grid */
export function drawGrid(ctx, view, grid) {
  ctx.beginPath();
  for (const line of onScreen(view, grid)) line.forEach(({x, y}, i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.strokeStyle = BLUE + '59';
  ctx.lineWidth = 1;
  ctx.stroke();
}

/** The lines' figures at the top and left edges, and the squares' letters. @param {CanvasRenderingContext2D} ctx @param {import('./view.js').View} view @param {Grid} grid */
export function drawFigures(ctx, view, grid) {
  const lines = onScreen(view, grid);
  ctx.font = '600 11px system-ui,sans-serif';
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  grid.lines.forEach(({metres, east}, i) => {
    const at = crossing(lines[i], east ? 'y' : 'x', 10), room = east ? view.width : view.height;
    if (grid.step < 1e5 && at > 24 && at < room - 12) slip(ctx, figures(metres, grid.step), east ? at : 14, east ? 10 : at);
  });
  for (const square of grid.squares) {
    const {x, y} = toScreen(view, square);
    slip(ctx, square.name, x, y);
  }
}

/** The longest round distance of at most `most` metres: 1, 2 or 5 and noughts. @param {number} most */
export function roundMetres(most) {
  const power = 10 ** Math.floor(Math.log10(most)), first = most / power;
  return (first < 2 ? 1 : first < 5 ? 2 : 5) * power;
}

/** At the bottom left, `foot` pixels up. @param {CanvasRenderingContext2D} ctx @param {import('./view.js').View} view @param {number} foot @param {string} square letters of the Grid square */
export function drawScale(ctx, view, foot, square) {
  const metres = roundMetres(110 * metresPerPixel(view)), long = metres / metresPerPixel(view);
  const words = `${metres < 1000 ? `${metres} m` : `${metres / 1000} km`}${square && ` · ${square}`}`;
  const y = view.height - foot - 8.5;
  ctx.font = '600 12px system-ui,sans-serif';
  ctx.textAlign = 'left';
  ctx.fillStyle = '#ffffffd8';
  ctx.fillRect(4, y - 20, Math.max(long, ctx.measureText(words).width) + 12, 25);
  ctx.fillStyle = INK;
  ctx.fillText(words, 10, y - 11);
  ctx.beginPath();
  ctx.moveTo(10, y - 4);
  ctx.lineTo(10, y);
  ctx.lineTo(10 + long, y);
  ctx.lineTo(10 + long, y - 4);
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}
