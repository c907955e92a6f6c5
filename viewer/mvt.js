/**
 * Reads Mapbox Vector Tiles 2.1.
 * In: a tile's bytes, from anywhere. Out: its layers; properties and geometry are read when asked for.
 * Every loop is bounded by the bytes; what breaks the rules throws a RangeError. Knows no canvas or style.
 */

/**
 * @typedef {string | number | boolean | undefined} Value
 * @typedef {{id: string, type: number, tags: number[], from: number, to: number}} Feature  type: 1 point, 2 line, 3 polygon
 * @typedef {{name: string, extent: number, features: Feature[], keys: string[], values: Value[], bytes: Uint8Array}} Layer
 * @typedef {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void, closePath(): void}} Pen  a Path2D, for one
 */

const text = new TextDecoder();

/** @param {Uint8Array} bytes @param {number} at @param {number} end */
function reader(bytes, at, end) {
  if (end > bytes.length) throw new RangeError('tile: a length runs past its end');
  const read = {
    more: () => at < end,
    /** Up to 64 bits; above 2^53 only roughly, which no id of ours is. */
    varint() {
      for (let value = 0, scale = 1; at < end && scale < 2 ** 70; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
      throw new RangeError('tile: a number does not end');
    },
    signed() {
      const value = read.varint();
      return value % 2 ? -(value + 1) / 2 : value / 2;
    },
    /** A length and the reader of that many bytes. */
    part() {
      const length = read.varint();
      if (length > end - at) throw new RangeError('tile: a part is longer than its whole');
      at += length;
      return {from: at - length, to: at};
    },
    string() {
      const {from, to} = read.part();
      return text.decode(bytes.subarray(from, to));
    },
    /** @param {number} size bytes */
    float(size) {
      if (end - at < size) throw new RangeError('tile: a number is cut short');
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
      at += size;
      return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    },
    /** @param {number} wire */
    skip(wire) {
      if (wire === 0) read.varint();
      else if (wire === 1) read.float(8);
      else if (wire === 2) read.part();
      else if (wire === 5) read.float(4);
      else throw new RangeError('tile: an unknown kind of field');
    },
    /** Hands each field's tag (number × 8 + kind) to `take`, which says whether it read it. @param {(tag: number) => unknown} take */
    fields(take) {
      while (at < end) {
        const tag = read.varint(), before = at;
        take(tag);
        if (at === before) read.skip(tag % 8);
      }
    },
  };
  return read;
}

/** @param {Uint8Array} bytes @returns {Map<string, Layer>} */
export function readTile(bytes) {
  /** @type {Map<string, Layer>} */
  const layers = new Map();
  const read = reader(bytes, 0, bytes.length);
  read.fields((tag) => {
    if (tag !== 26) return;
    const {from, to} = read.part(), layer = readLayer(bytes, from, to);
    layers.set(layer.name, layer);
  });
  return layers;
}

/** @param {Uint8Array} bytes @param {number} from @param {number} to @returns {Layer} */
function readLayer(bytes, from, to) {
  /** @type {Layer} */
  const layer = {name: '', extent: 4096, features: [], keys: [], values: [], bytes};
  const read = reader(bytes, from, to);
  read.fields((tag) => {
    if (tag === 10) layer.name = read.string();
    else if (tag === 18) layer.features.push(readFeature(bytes, read.part()));
    else if (tag === 26) layer.keys.push(read.string());
    else if (tag === 34) layer.values.push(readValue(bytes, read.part()));
    else if (tag === 40) layer.extent = Math.max(1, read.varint());
  });
  return layer;
}

/** @param {Uint8Array} bytes @param {{from: number, to: number}} part @returns {Feature} */
function readFeature(bytes, {from, to}) {
  const feature = {id: '', type: 0, tags: /** @type {number[]} */ ([]), from: 0, to: 0};
  const read = reader(bytes, from, to);
  read.fields((tag) => {
    if (tag === 8) feature.id = `${read.varint()}`;
    else if (tag === 18) {
      const part = read.part(), tags = reader(bytes, part.from, part.to);
      while (tags.more()) feature.tags.push(tags.varint());
    } else if (tag === 24) feature.type = read.varint();
    else if (tag === 34) Object.assign(feature, read.part());
  });
  return feature;
}

/** @param {Uint8Array} bytes @param {{from: number, to: number}} part */
function readValue(bytes, {from, to}) {
  /** @type {Value} */
  let value;
  const read = reader(bytes, from, to);
  read.fields((tag) => {
    if (tag === 10) value = read.string();
    else if (tag === 21) value = read.float(4);
    else if (tag === 25) value = read.float(8);
    else if (tag === 32 || tag === 40) value = read.varint();
    else if (tag === 48) value = read.signed();
    else if (tag === 56) value = read.varint() > 0;
  });
  return value;
}

/** @param {Layer} layer @param {Feature} feature @param {string} key */
export function property(layer, feature, key) {
  for (let i = 0; i + 1 < feature.tags.length; i += 2)
    if (layer.keys[feature.tags[i]] === key) return layer.values[feature.tags[i + 1]];
}

/** Draws a feature's geometry with a pen, in the layer's own units; a point is a lone `moveTo`. @param {Layer} layer @param {Feature} feature @param {Pen} pen */
export function trace(layer, feature, pen) {
  const read = reader(layer.bytes, feature.from, feature.to);
  let x = 0, y = 0;
  while (read.more()) {
    const command = read.varint(), kind = command % 8;
    // A ClosePath has no bytes of its own, so its count must not drive a loop.
    if (kind === 7) pen.closePath();
    else if (kind === 1 || kind === 2)
      for (let left = Math.floor(command / 8); left > 0; left--) {
        x += read.signed();
        y += read.signed();
        if (kind === 1) pen.moveTo(x, y);
        else pen.lineTo(x, y);
      }
    else throw new RangeError('tile: an unknown drawing command');
  }
}
