/**
 * Understands the part of a MapLibre style that our map uses.
 * In: the style as JSON. Out: its layers, ready to ask "is it drawn at this zoom, with which value, does it take this feature".
 * What it does not know is left out and never throws. Knows no tile, canvas or page.
 */

/**
 * @typedef {import('./mvt.js').Value} Value
 * @typedef {(key: string) => Value} Properties  `$type` asks for Point, LineString or Polygon
 * @typedef {{id: string, group: string, emerging: boolean, title: Record<string, string>}} MapLayer
 * @typedef {{id: string, type: string, source: string, key: string, low: number, high: number,
 *   filter: any, paint: Record<string, any>, owner: string}} StyleLayer
 *   key: same source and filter, same path; owner: the map layer whose box in the key switches it
 * @typedef {{tiles: string, deepest: number, bounds: number[], attribution: string, background: string,
 *   base?: {tiles: string, deepest: number},
 *   patterns: Record<string, Pattern>, layers: StyleLayer[], owners: Map<string, MapLayer>}} Style
 * @typedef {[number, ...[string, number, string][]]} Pattern  a square's side in pixels, then strokes: colour, width, SVG path
 */

/** @param {any} json @returns {Style} */
export function readStyle(json) {
  const sources = json.sources || {}, {basemap} = sources;
  const source = /** @type {any} */ (sources.groundrule || Object.values(sources).find((/** @type {any} */ s) => s?.type === 'vector') || {});
  /** @type {Style} */
  const style = {
    tiles: source.tiles?.[0] || '',
    deepest: source.maxzoom ?? 16,
    bounds: source.bounds || [-180, -85, 180, 85],
    attribution: source.attribution || '',
    background: '#fff',
    base: basemap?.type === 'raster' ? {tiles: basemap.tiles[0], deepest: basemap.maxzoom ?? 22} : undefined,
    patterns: json.metadata?.['groundrule:patterns'] || {},
    layers: [],
    owners: new Map(),
  };
  for (const layer of json.layers || []) {
    const paint = {...layer.layout, ...layer.paint}, name = layer['source-layer'] || '';
    const owner = `${layer.id}`.split('--')[0], said = layer.metadata?.['groundrule:layer'];
    if (said && !style.owners.has(owner)) style.owners.set(owner, {...said, id: owner});
    if (layer.type === 'background') style.background = value(paint['background-color'], 0) || style.background;
    else if (paint.visibility !== 'none' && (layer.source !== 'basemap' || layer.type === 'raster'))
      style.layers.push({
        id: layer.id, type: layer.type, source: name, owner, paint, filter: layer.filter,
        key: name + JSON.stringify(layer.filter || ''), low: layer.minzoom ?? 0, high: layer.maxzoom ?? 99,
      });
  }
  return style;
}

/** @param {StyleLayer} layer @param {number} zoom */
export const drawnAt = (layer, zoom) => zoom >= layer.low && zoom < layer.high;

/**
 * An expression's value; of a feature where it has one.
 * @param {any} expression @param {number} zoom @param {Properties} [of] @returns {any}
 */
export function value(expression, zoom, of = () => undefined) {
  if (!Array.isArray(expression) || typeof expression[0] !== 'string') return expression;
  const [name, ...rest] = expression;
  /** @param {any} part */
  const get = (part) => value(part, zoom, of);
  switch (name) {
    case 'literal': return rest[0];
    case 'zoom': return zoom;
    case 'get': return of(rest[0]);
    case 'geometry-type': return of('$type');
    case 'has': return of(rest[0]) !== undefined;
    case 'coalesce': return rest.map(get).find((v) => v !== undefined && v !== null);
    case 'all': return rest.every(get);
    case 'any': return rest.some(get);
    case '!': return !get(rest[0]);
    case '==': return get(rest[0]) === get(rest[1]);
    case '!=': return get(rest[0]) !== get(rest[1]);
    case '<': return get(rest[0]) < get(rest[1]);
    case '>': return get(rest[0]) > get(rest[1]);
    case '<=': return get(rest[0]) <= get(rest[1]);
    case '>=': return get(rest[0]) >= get(rest[1]);
    case 'in': return !!get(rest[1])?.includes?.(get(rest[0]));
    case 'step': return get(rest[1 + 2 * stops(rest.slice(2), get(rest[0]))]);
    case 'interpolate': return interpolate(rest, get);
  }
}

/** How many stops lie at or below. @param {any[]} list stop, output, stop, output… @param {number} at */
const stops = (list, at) => list.filter((stop, i) => i % 2 === 0 && at >= stop).length;

/** Between numbers; other outputs (colours) change at their stop. @param {any[]} rest @param {(part: any) => any} get */
function interpolate([curve, input, ...list], get) {
  const base = curve?.[1] ?? 1;
  const at = get(input), count = stops(list, at), i = 2 * Math.max(0, count - 1);
  const low = get(list[i + 1]), high = get(list[i + 3]);
  if (!count || typeof low !== 'number' || typeof high !== 'number') return low;
  const span = list[i + 2] - list[i], along = at - list[i];
  return low + (high - low) * (base === 1 ? along / span : (base ** along - 1) / (base ** span - 1));
}

/** Unknown filters take everything: to draw too much is seen, to leave out is not. @param {any} filter @param {Properties} of @param {number} zoom */
export const takes = (filter, of, zoom) => !filter || value(filter, zoom, of) !== false;
