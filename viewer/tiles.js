/**
 * Fetches and keeps data tiles.
 * In: the style's source and the tiles wanted, nearest first. Out: decoded tiles, and a call when one has come or failed.
 * A few requests at once, dropped when no longer wanted; failures are tried again later. Knows no view or canvas.
 */
import {readTile, trace} from './mvt.js';
import {tileKey} from './view.js';

/** Browsers hold six connections to a host: more would only queue, in the wrong order. */
const MAX_REQUESTS = 6;
/** About three phone screens at each of five zooms. */
const MAX_KEPT = 64;
/** Far above any tile of ours; what a broken server may cost us. */
const MAX_BYTES = 8e6;
const RETRY_MS = 4000;
const MAX_RETRY_MS = 60000;
const NO_PEN = {moveTo() {}, lineTo() {}, closePath() {}};

/**
 * @typedef {import('./view.js').Tile} Tile
 * @typedef {{layers: Map<string, import('./mvt.js').Layer>, paths: Map<string, any>, base?: HTMLCanvasElement}} DataTile  paths: what painting made of it; base: what lies behind it
 * @typedef {{tile: Tile, data?: DataTile, abort?: AbortController, tries: number, after: number}} Entry
 */

/** @returns {DataTile} */
const emptyTile = () => ({layers: new Map(), paths: new Map()});

/** Whether a tile touches the source's bounds. @param {Tile} tile @param {number[]} bounds west, south, east, north in degrees */
export function within({z, x, y}, [west, south, east, north]) {
  const side = 2 ** z;
  /** @param {number} row */
  const lat = (row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / side))) * 180) / Math.PI;
  return ((x + 1) / side) * 360 - 180 > west && (x / side) * 360 - 180 < east && lat(y) > south && lat(y + 1) < north;
}

/**
 * @param {{tiles: string, bounds: number[], base?: {tiles: string, deepest: number}}} source
 * @param {() => void} changed
 * @param {{fetch: typeof fetch, now: () => number}} rim  the network and the clock
 */
export function openTiles(source, changed, rim = {fetch: (...all) => fetch(...all), now: () => Date.now()}) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Tile[]} */
  let wanted = [];
  let loading = 0, timer = 0;

  /** On our own origin, whatever host the style names. @param {Tile} tile */
  function address(tile) {
    const filled = source.tiles.replace(/\{([xyz])\}/g, (_, name) => `${tile[/** @type {'x'} */ (name)]}`);
    const url = new URL(filled, location.href);
    return url.pathname + url.search;
  }

  /** @param {Tile} tile @param {AbortSignal} signal */
  async function fetchTile(tile, signal) {
    const answer = await rim.fetch(address(tile), {signal}), data = emptyTile();
    if (answer.status === 204 || answer.status === 404) return data;
    if (!answer.ok) throw new Error(`${answer.status}`);
    const bytes = await answer.arrayBuffer();
    if (bytes.byteLength > MAX_BYTES) throw new RangeError('tile: too large');
    data.layers = readTile(new Uint8Array(bytes));
    // Once through all of it: a tile that breaks halfway fails now, and never shows half an area.
    for (const layer of data.layers.values()) for (const feature of layer.features) trace(layer, feature, NO_PEN);
    return data;
  }

  /** @param {Entry} entry */
  async function load(entry) {
    const {signal} = entry.abort = new AbortController();
    loading++;
    try {
      // What lies behind our layers never keeps them away.
      const base = source.base && import(new URL('base.js', import.meta.url).href).then(({baseOf}) => baseOf(source.base, entry.tile, signal)).catch(() => {});
      const data = within(entry.tile, source.bounds) ? await fetchTile(entry.tile, signal) : emptyTile();
      entry.data = data;
      if (base) base.then((/** @type {HTMLCanvasElement | void} */ canvas) => { if (canvas) { data.base = canvas; changed(); } });
      entry.tries = 0;
    } catch {
      if (!signal.aborted) entry.after = rim.now() + Math.min(RETRY_MS * 2 ** entry.tries++, MAX_RETRY_MS);
    }
    entry.abort = undefined;
    loading--;
    changed();
    pump();
  }

  /** Starts what is wanted and may be, and sets a timer for what must wait. */
  function pump() {
    clearTimeout(timer);
    let next = Infinity;
    for (const tile of wanted) {
      const entry = entries.get(tileKey(tile));
      if (!entry || entry.data || entry.abort) continue;
      if (entry.after > rim.now()) next = Math.min(next, entry.after);
      else if (loading < MAX_REQUESTS) load(entry);
    }
    if (next < Infinity) timer = +setTimeout(pump, next - rim.now() + 50);
  }

  /** Forgets the longest unused, never what is wanted. */
  function trim() {
    const keep = new Set(wanted.map(tileKey));
    for (const [key, entry] of entries) {
      if (entries.size <= MAX_KEPT) break;
      if (!keep.has(key) && !entry.abort) entries.delete(key);
    }
  }

  return {
    /** @param {Tile[]} tiles nearest first */
    want(tiles) {
      wanted = tiles;
      const keep = new Set(tiles.map(tileKey));
      for (const [key, entry] of entries) if (!keep.has(key)) entry.abort?.abort();
      for (const tile of tiles) {
        const key = tileKey(tile);
        const entry = entries.get(key) || {tile, tries: 0, after: 0, data: source.base || within(tile, source.bounds) ? undefined : emptyTile()};
        entries.delete(key);
        entries.set(key, entry);
      }
      trim();
      pump();
    },
    /** @param {Tile} tile */
    get: (tile) => entries.get(tileKey(tile))?.data,
    /** How many wanted tiles have failed and wait for another try. */
    failed: () => wanted.filter((tile) => entries.get(tileKey(tile))?.tries).length,
    /** How many wanted tiles are not here. */
    missing: () => wanted.filter((tile) => !entries.get(tileKey(tile))?.data).length,
    close() {
      this.want([]);
      clearTimeout(timer);
    },
  };
}
