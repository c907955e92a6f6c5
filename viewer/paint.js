/**
 * Draws map layers on a canvas, by the style.
 * In: a data tile, style layers, where the tile lies. Out: pixels; and the paths of areas for outlines and hits.
 * The key's swatches go through the same strokes. Knows no network, view or page.
 */
import {property, trace} from './mvt.js';
import {drawnAt, takes, value} from './style.js';

/** Work between two chances to draw a frame, in bytes of geometry: about a millisecond on a slow phone. */
const SLICE_BYTES = 3000;

/**
 * @typedef {import('./style.js').Style} Style
 * @typedef {import('./style.js').StyleLayer} StyleLayer
 * @typedef {import('./mvt.js').Layer} Layer
 * @typedef {import('./mvt.js').Feature} Feature
 * @typedef {{ctx: CanvasRenderingContext2D, style: Style, zoom: number, ratio: number, left: number, top: number, size: number,
 *   phaseX: number, phaseY: number}} Board
 *   left, top, size: where the data tile lies, in device pixels; ratio: device pixels a CSS pixel; phase: where patterns start
 */

/** Patterns already made, for each style. @type {WeakMap<Style, Map<string, CanvasPattern>>} */
const brushes = new WeakMap();
/** @param {number} width device pixels @param {number} height @param {boolean} [opaque] */
export function surface(width, height, opaque) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {alpha: !opaque}));
}

const TYPES = ['Unknown', 'Point', 'LineString', 'Polygon'];

/** @param {Layer} layer @param {Feature} feature @returns {import('./style.js').Properties} */
export const properties = (layer, feature) => (key) =>
  key === '$type' ? TYPES[feature.type] : property(layer, feature, key);

/** Which types of geometry a kind of style layer draws, as MapLibre does. @type {Record<string, (type: number) => boolean>} */
const DRAWS = {fill: (type) => type === 3, line: (type) => type > 1, circle: (type) => type === 1};

/** One path of all that a style layer draws in a tile. @param {import('./tiles.js').DataTile} tile @param {StyleLayer} layer @returns {Generator<void, Path2D | undefined>} */
function* pathOf(tile, layer) {
  const source = tile.layers.get(layer.source), key = layer.type + layer.key;
  if (!source || tile.paths.has(key)) return tile.paths.get(key);
  const path = new Path2D();
  let used = false, work = 0;
  for (const feature of source.features) {
    if (!DRAWS[layer.type](feature.type) || !takes(layer.filter, properties(source, feature), 0)) continue;
    trace(source, feature, layer.type === 'circle' ? dots(path) : path);
    used = true;
    work += feature.to - feature.from;
    if (work > SLICE_BYTES) {
      work = 0;
      yield;
    }
  }
  tile.paths.set(key, used ? path : undefined);
  return tile.paths.get(key);
}

/** A point becomes a line of no length: stroked with round caps it is a disc of any size. @param {Path2D} path */
const dots = (path) => ({
  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    path.moveTo(x, y);
    path.lineTo(x + 0.01, y);
  },
  lineTo() {},
  closePath() {},
});

/** All layers of a tile, bottom to top, pausing between strokes. @param {Board} board @param {import('./tiles.js').DataTile} tile @param {Set<string>} hidden @returns {Generator<void>} */
export function* paintTile(board, tile, hidden) {
  for (const layer of board.style.layers) {
    if (layer.type === 'raster' && tile.base) board.ctx.drawImage(tile.base, board.left, board.top, board.size, board.size);
    if (!DRAWS[layer.type] || hidden.has(layer.owner) || !drawnAt(layer, board.zoom)) continue;
    const source = tile.layers.get(layer.source);
    if (!source) continue;
    try {
      const path = yield* pathOf(tile, layer);
      if (path) paintPath(board, layer, path, source.extent);
    } catch {
      // A layer that cannot be read or drawn must not take the others with it.
    }
    yield;
  }
}

/** @param {Board} board @param {StyleLayer} layer @param {Path2D} path in tile units @param {number} extent of those units */
export function paintPath(board, layer, path, extent) {
  const {ctx, zoom, ratio} = board, scale = board.size / extent, unit = ratio / scale;
  /** @param {string} name @param {any} other */
  const get = (name, other) => value(layer.paint[name], zoom) ?? other;
  ctx.save();
  ctx.setTransform(scale, 0, 0, scale, board.left, board.top);
  ctx.globalAlpha = get(`${layer.type}-opacity`, 1);
  if (layer.type === 'fill') {
    ctx.fillStyle = brush(board, get('fill-pattern', ''), scale) || get('fill-color', '#0000');
    ctx.fill(path);
    ctx.strokeStyle = get('fill-outline-color', '#0000');
    ctx.lineWidth = unit;
    if (layer.paint['fill-outline-color']) ctx.stroke(path);
  } else if (layer.type === 'line') {
    const width = get('line-width', 1);
    ctx.strokeStyle = get('line-color', '#000');
    ctx.lineCap = get('line-cap', 'butt');
    ctx.lineJoin = get('line-join', 'miter');
    ctx.miterLimit = 2;
    ctx.lineWidth = width * unit;
    ctx.setLineDash(get('line-dasharray', []).map((/** @type {number} */ dash) => dash * width * unit));
    // A band along the inside of an outline: the only offset our style uses, and clipping is far cheaper than a parallel curve.
    if (get('line-offset', 0) > 0) {
      ctx.clip(path);
      ctx.lineWidth *= 2;
    }
    ctx.stroke(path);
  } else {
    const radius = get('circle-radius', 5), rim = get('circle-stroke-width', 0);
    ctx.lineCap = 'round';
    for (const [size, colour] of [[radius + rim, get('circle-stroke-color', '#000')], [radius, get('circle-color', '#000')]]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2 * size * unit;
      ctx.stroke(path);
    }
  }
  ctx.restore();
}

/** A repeating pattern that runs on from tile to tile. @param {Board} board @param {string} name @param {number} scale */
function brush({ctx, style, ratio, left, top, phaseX, phaseY}, name, scale) {
  const pattern = style.patterns[name];
  if (!pattern) return;
  const [side, ...strokes] = pattern, pixels = Math.round(side * ratio), key = `${name}@${pixels}`;
  const kept = brushes.get(style) || new Map();
  brushes.set(style, kept);
  let made = kept.get(key);
  if (!made) {
    const pen = surface(pixels, pixels);
    pen.scale(pixels / side, pixels / side);
    pen.lineCap = pen.lineJoin = 'round';
    for (const [colour, width, path] of strokes) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke(new Path2D(path));
    }
    made = /** @type {CanvasPattern} */ (ctx.createPattern(pen.canvas, ''));
    kept.set(key, made);
  }
  made.setTransform({a: 1 / scale, d: 1 / scale, e: (-(phaseX % pixels) - left) / scale, f: (-(phaseY % pixels) - top) / scale});
  return made;
}

/** One area's path in a tile. @param {import('./tiles.js').DataTile} tile @param {string} name of the layer @param {string} id @returns {Path2D | undefined} */
export function areaPath(tile, name, id) {
  const source = tile.layers.get(name), key = `#${name}/${id}`;
  if (!source || tile.paths.has(key)) return tile.paths.get(key);
  const features = source.features.filter((feature) => feature.id === id), path = new Path2D();
  for (const feature of features) trace(source, feature, feature.type === 1 ? dots(path) : path);
  tile.paths.set(key, features.length ? path : undefined);
  return tile.paths.get(key);
}
