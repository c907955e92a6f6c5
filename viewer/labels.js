/**
 * Places names so that none lies on another.
 * In: data tiles, symbol layers, a view. Out: a transparent sheet of names, larger than the view so that it can be moved with it.
 * Names along a line stand on its straightest stretch. Knows no network, page or area outline.
 */
import {property, trace} from './mvt.js';
import {drawnAt, takes, value} from './style.js';
import {properties, surface} from './paint.js';
import {toScreen} from './view.js';

/** CSS pixels of names beyond each side of the view. */
export const MARGIN = 128;
/** The same name again only this far away: a street's name comes once with every tile. */
const REPEAT = 260;
/** CSS pixels round the mark of the place that names leave free. */
const CLEAR = 18;
/** Names looked at in one sheet; a tile of any number of points must not hold up the page. */
const MAX_NAMES = 3000;

/**
 * @typedef {import('./view.js').View} View
 * @typedef {import('./view.js').Point} Point
 * @typedef {{name: string, points: Point[]}} Name  points in Mercator: one, or those of a line
 * @typedef {{lines: string[], x: number, y: number, angle: number, style: Lettering}} Label
 * @typedef {{font: string, size: number, colour: string, halo: string, width: number, opacity: number}} Lettering
 */

/** The names that a style layer finds in a tile. @param {import('./view.js').Tile} tile @param {import('./tiles.js').DataTile} data @param {import('./style.js').StyleLayer} layer @param {string} lang @returns {Name[]} */
function namesOf(tile, data, layer, lang) {
  const source = data.layers.get(layer.source), key = `names ${layer.id}`, side = 2 ** tile.z;
  if (!source || data.paths.has(key)) return data.paths.get(key) || [];
  /** @type {Name[]} */
  const names = [];
  data.paths.set(key, names);
  const along = layer.paint['symbol-placement'] === 'line';
  for (const feature of source.features.slice(0, MAX_NAMES)) {
    const plain = properties(source, feature);
    /** @param {string} name */
    const of = (name) => (name === 'name' && property(source, feature, `name-${lang}`)) || plain(name);
    if (!takes(layer.filter, of, 0) || (along ? feature.type < 2 : feature.type !== 1)) continue;
    const field = layer.paint['text-field'];
    const name = typeof field === 'string' ? field.replace(/\{(.+?)\}/g, (_, word) => `${of(word) ?? ''}`) : value(field, 0, of);
    if (typeof name !== 'string' || !name) continue;
    /** @type {Point[]} */
    let points = [], before = [0, 0];
    /** A point in a tile's margin is its neighbour's; so is a stretch of an outline that was cut there. @param {number[]} a @param {number[]} b */
    const outside = (a, b) => a.some((at, i) => Math.max(at, b[i]) < 0 || Math.min(at, b[i]) > source.extent);
    /** @param {number} x @param {number} y */
    const start = (x, y) => {
      points = [];
      if (along || !outside([x, y], [x, y])) names.push({name, points});
      add(x, y);
    };
    /** @param {number} x @param {number} y */
    const add = (x, y) => {
      if (points.length && outside(before, [x, y])) names.push({name, points: points = []});
      points.push({x: (tile.x + x / source.extent) / side, y: (tile.y + y / source.extent) / side});
      before = [x, y];
    };
    trace(source, feature, {moveTo: start, lineTo: add, closePath() {}});
  }
  // The same order wherever the view stands, so that names do not change places as it moves; points come the most important first.
  if (along) names.sort((a, b) => a.points[0].y - b.points[0].y);
  return names;
}

/** The straightest stretch of a line on screen, near its middle, that holds `width` pixels. @param {Point[]} line @param {number} width @param {number} bend pixels it may deviate */
export function straightest(line, width, bend) {
  /** @type {number[]} */
  const along = [0];
  for (let i = 1; i < line.length; i++) along.push(along[i - 1] + Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y));
  const total = along[along.length - 1];
  /** @param {number} distance */
  const at = (distance) => {
    const i = Math.max(1, along.findIndex((each) => each >= distance)), part = (distance - along[i - 1]) / (along[i] - along[i - 1] || 1);
    return {x: line[i - 1].x + (line[i].x - line[i - 1].x) * part, y: line[i - 1].y + (line[i].y - line[i - 1].y) * part};
  };
  for (const share of line.length < 2 || total < width ? [] : [0.5, 0.25, 0.75, 0, 1]) {
    const from = (total - width) * share, a = at(from), b = at(from + width);
    const dx = b.x - a.x, dy = b.y - a.y, chord = Math.hypot(dx, dy);
    const off = line.filter((_, i) => along[i] > from && along[i] < from + width)
      .some((p) => Math.abs((p.x - a.x) * dy - (p.y - a.y) * dx) > bend * chord);
    if (!off && chord > width * 0.95) {
      const angle = Math.atan2(dy, dx), upright = Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle;
      return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, angle: upright};
    }
  }
}

/** Lines of at most `most` pixels, broken at spaces. @param {string} name @param {number} most @param {(words: string) => number} measure */
export function wrap(name, most, measure) {
  const lines = [''];
  for (const word of name.split(' ')) {
    const last = lines.length - 1, longer = lines[last] ? `${lines[last]} ${word}` : word;
    if (lines[last] && measure(longer) > most) lines.push(word);
    else lines[last] = longer;
  }
  return lines;
}

/** Where a name of this size stands: at its point, or below the mark that it would lie on. @param {Point} at @param {number} width @param {number} height @param {Point} [mark] */
export const besideMark = ({x, y}, width, height, mark) =>
  mark && Math.abs(mark.x - x) < width / 2 + CLEAR && Math.abs(mark.y - y) < height / 2 + CLEAR ? mark.y + CLEAR + height / 2 + 1 : y;

/**
 * Places and draws all names of a view; `out` holds the sheet when the work is done. `mark` is the pixel of the place, which stays free.
 * @param {{view: View, ratio: number, mark?: Point, layers: import('./style.js').StyleLayer[], hidden: Set<string>, lang: string,
 *   tiles: {tile: import('./view.js').Tile, data: import('./tiles.js').DataTile}[]}} job
 * @param {(sheet: HTMLCanvasElement) => void} done
 * @returns {Generator<void>}
 */
export function* placeLabels({view, ratio, mark, layers, hidden, lang, tiles}, done) {
  const ctx = surface((view.width + 2 * MARGIN) * ratio, (view.height + 2 * MARGIN) * ratio);
  ctx.scale(ratio, ratio);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  /** @type {number[][]} */
  const taken = mark ? [[mark.x - CLEAR, mark.y - CLEAR, mark.x + CLEAR, mark.y + CLEAR]] : [];
  /** @type {Map<string, Point[]>} */
  const said = new Map();

  /** @param {Label} label @param {number} width @param {number} height */
  function put({lines, x, y, angle, style}, width, height) {
    const name = lines.join(' '), before = said.get(name) || [];
    if (before.some((other) => Math.hypot(other.x - x, other.y - y) < REPEAT)) return;
    // A slanting name is a row of squares.
    const count = angle ? Math.ceil(width / height) : 1, half = (angle ? height : width) / 2 + 2;
    const boxes = Array.from({length: count}, (_, i) => {
      const along = count > 1 ? (i / (count - 1) - 0.5) * (width - height) : 0;
      const cx = x + along * Math.cos(angle), cy = y + along * Math.sin(angle);
      return [cx - half, cy - height / 2 - 1, cx + half, cy + height / 2 + 1];
    });
    if (boxes.some((a) => taken.some((b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]))) return;
    taken.push(...boxes);
    said.set(name, [...before, {x, y}]);
    ctx.save();
    ctx.translate(x + MARGIN, y + MARGIN);
    ctx.rotate(angle);
    ctx.globalAlpha = style.opacity;
    ctx.strokeStyle = style.halo;
    ctx.lineWidth = 2 * style.width;
    ctx.fillStyle = style.colour;
    lines.forEach((line, i) => {
      const down = (i - (lines.length - 1) / 2) * style.size * 1.2;
      if (style.width) ctx.strokeText(line, 0, down);
      ctx.fillText(line, 0, down);
    });
    ctx.restore();
  }

  let left = MAX_NAMES;
  for (const layer of [...layers].reverse()) {
    if (layer.type !== 'symbol' || hidden.has(layer.owner) || !drawnAt(layer, view.zoom)) continue;
    /** @param {string} key @param {any} other */
    const get = (key, other) => value(layer.paint[key], view.zoom) ?? other;
    const size = get('text-size', 16), family = `${layer.paint['text-font']}`;
    const style = {
      font: `${/bold/i.test(family) ? 'bold ' : /italic/i.test(family) ? 'italic ' : ''}${size}px system-ui,sans-serif`, size,
      colour: get('text-color', '#000'), halo: get('text-halo-color', '#fff'), width: get('text-halo-width', 0), opacity: get('text-opacity', 1),
    };
    ctx.font = style.font;
    /** @param {string} words */
    const measure = (words) => ctx.measureText(words).width, along = layer.paint['symbol-placement'] === 'line';
    for (const {tile, data} of tiles) {
      for (const {name, points} of namesOf(tile, data, layer, lang)) {
        const line = points.map((point) => toScreen(view, point)), [{x, y}] = line;
        const near = line.some((p) => p.x > -MARGIN && p.y > -MARGIN && p.x < view.width + MARGIN && p.y < view.height + MARGIN);
        if (!near || left-- < 0) continue;
        if (along) {
          const width = measure(name), stretch = straightest(line, width + size, size / 4);
          if (stretch) put({...stretch, lines: [name], style}, width, size * 1.2);
        } else {
          const lines = wrap(name, size * get('text-max-width', 10), measure);
          const width = Math.max(...lines.map(measure)), height = size * 1.2 * lines.length;
          put({lines, x, y: besideMark({x, y}, width, height, mark), angle: 0, style}, width, height);
        }
      }
      yield;
    }
  }
  done(ctx.canvas);
}
