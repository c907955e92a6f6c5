/** A small writer of vector tiles, for tests. In: layers as plain objects. Out: bytes. Knows no clipping or projection. */

/** @param {number} value @returns {number[]} */
export function varint(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}

/** @param {number} value */
export const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);
/** @param {number} tag @param {number[]} bytes */
const part = (tag, bytes) => [...varint(tag), ...varint(bytes.length), ...bytes];
/** @param {string} words */
const utf8 = (words) => [...Buffer.from(words, 'utf8')];

/** Commands of paths; each is a list of points, closed where the type is 3. @param {number[][][]} paths @param {number} type */
export function commands(paths, type) {
  let x = 0, y = 0;
  const out = [];
  const step = ([toX, toY]) => {
    out.push(...varint(zigzag(toX - x)), ...varint(zigzag(toY - y)));
    [x, y] = [toX, toY];
  };
  for (const [first, ...rest] of paths) {
    out.push(...varint(1 + 8));
    step(first);
    if (rest.length) out.push(...varint(2 + 8 * rest.length));
    rest.forEach(step);
    if (type === 3) out.push(...varint(7 + 8));
  }
  return out;
}

/** @param {{name: string, extent?: number, features: {id?: number, type: number, paths?: number[][][], geometry?: number[], properties?: Record<string, string>}[]}[]} layers */
export function encodeTile(layers) {
  const tile = layers.flatMap(({name, extent = 4096, features}) => {
    const keys = [], values = [], body = part(10, utf8(name));
    /** @param {any[]} list @param {any} value */
    const place = (list, value) => (list.includes(value) ? list.indexOf(value) : list.push(value) - 1);
    for (const {id, type, paths = [], geometry, properties = {}} of features) {
      const tags = Object.entries(properties).flatMap(([key, value]) => [...varint(place(keys, key)), ...varint(place(values, value))]);
      body.push(...part(18, [
        ...(id === undefined ? [] : [...varint(8), ...varint(id)]), ...part(18, tags), ...varint(24), ...varint(type),
        ...part(34, geometry || commands(paths, type)),
      ]));
    }
    for (const key of keys) body.push(...part(26, utf8(key)));
    for (const value of values) body.push(...part(34, part(10, utf8(value))));
    body.push(...varint(40), ...varint(extent), ...varint(120), 2);
    return part(26, body);
  });
  return Uint8Array.from(tile);
}
