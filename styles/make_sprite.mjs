/**
 * Draws `patterns.json` into the sprite that MapLibre and others need for `fill-pattern`: sprite.png, sprite.json and @2x.
 * In: strokes in a repeating square. Out: pixels, the same on every machine, and their places. After editing patterns.json run
 * `node styles/make_sprite.mjs`; a test fails until that is done.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {deflateSync, inflateSync} from 'node:zlib';
import {fileURLToPath} from 'node:url';

const WIDE = 64;
/** Samples in a pixel, each way. */
const FINE = 8;

/** The straight pieces of a path of absolute M and L. @param {string} path @returns {number[][]} x0, y0, x1, y1 */
export function segments(path) {
  const found = [];
  let at = [0, 0];
  for (const [, command, x, y] of path.matchAll(/([ML])\s*(-?[\d.]+)[ ,]?(-?[\d.]+)/g)) {
    if (command === 'L') found.push([...at, +x, +y]);
    at = [+x, +y];
  }
  return found;
}

/** @param {number[]} segment @param {number} x @param {number} y */
function distance([x0, y0, x1, y1], x, y) {
  const dx = x1 - x0, dy = y1 - y0, share = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/** One square as RGBA with straight alpha. @param {any} pattern @param {number} ratio */
function square([side, ...strokes], ratio) {
  const pixels = side * ratio, rgba = Buffer.alloc(pixels * pixels * 4);
  for (const [colour, width, path] of strokes) {
    const lines = segments(path), [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    for (let y = 0; y < pixels; y++)
      for (let x = 0; x < pixels; x++) {
        let inside = 0;
        for (let i = 0; i < FINE * FINE; i++) {
          const sx = (x + ((i % FINE) + 0.5) / FINE) / ratio, sy = (y + (Math.floor(i / FINE) + 0.5) / FINE) / ratio;
          if (lines.some((line) => distance(line, sx, sy) <= width / 2)) inside++;
        }
        const over = inside / FINE / FINE, at = (y * pixels + x) * 4, under = (rgba[at + 3] / 255) * (1 - over), alpha = over + under;
        if (!over) continue;
        [r, g, b].forEach((value, i) => rgba[at + i] = Math.round((value * over + rgba[at + i] * under) / alpha));
        rgba[at + 3] = Math.round(alpha * 255);
      }
  }
  return {pixels, rgba};
}

/** All squares on one sheet. @param {Record<string, any>} patterns @param {number} ratio */
export function drawSprite(patterns, ratio) {
  const places = {}, wide = WIDE * ratio;
  let x = 0, y = 0, row = 0;
  const made = Object.entries(patterns).map(([name, pattern]) => {
    const drawn = square(pattern, ratio);
    if (x + drawn.pixels > wide) [x, y, row] = [0, y + row, 0];
    places[name] = {x, y, width: drawn.pixels, height: drawn.pixels, pixelRatio: ratio};
    x += drawn.pixels;
    row = Math.max(row, drawn.pixels);
    return {...drawn, ...places[name]};
  });
  const high = y + row, sheet = Buffer.alloc(wide * high * 4);
  for (const {x: left, y: top, pixels, rgba} of made)
    for (let line = 0; line < pixels; line++) rgba.copy(sheet, ((top + line) * wide + left) * 4, line * pixels * 4, (line + 1) * pixels * 4);
  return {wide, high, sheet, places};
}

/** @param {Buffer} bytes */
function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

/** @param {string} type @param {Buffer} body */
function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type), body]), frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** @param {number} wide @param {number} high @param {Buffer} rgba */
function png(wide, high, rgba) {
  const head = Buffer.alloc(13), rows = Buffer.alloc((wide * 4 + 1) * high);
  head.writeUInt32BE(wide, 0);
  head.writeUInt32BE(high, 4);
  head.set([8, 6], 8);
  for (let y = 0; y < high; y++) rgba.copy(rows, y * (wide * 4 + 1) + 1, y * wide * 4, (y + 1) * wide * 4);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows, {level: 9})), chunk('IEND', Buffer.alloc(0))]);
}

/** The pixels of a PNG that this file wrote: compressed bytes differ between versions of zlib. @param {Buffer} file */
export function pixelsOf(file) {
  const wide = file.readUInt32BE(16), at = file.indexOf('IDAT'), rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
  const lines = [];
  for (let from = 1; from < rows.length; from += wide * 4 + 1) lines.push(rows.subarray(from, from + wide * 4));
  return Buffer.concat(lines);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('./', import.meta.url), patterns = JSON.parse(readFileSync(new URL('patterns.json', folder), 'utf8'));
  for (const [suffix, ratio] of [['', 1], ['@2x', 2]]) {
    const {wide, high, sheet, places} = drawSprite(patterns, ratio);
    writeFileSync(new URL(`sprite${suffix}.png`, folder), png(wide, high, sheet));
    writeFileSync(new URL(`sprite${suffix}.json`, folder), `${JSON.stringify(places, null, 1)}\n`);
  }
}
