/**
 * The base map behind one data tile: pictures that the authority keeps on this server, put together on one canvas.
 * In: where the pictures are, a data tile. Out: a canvas, or nothing where no picture came in time. Knows no layer or view.
 */

/** Pixels along a data tile, and how long what lies behind is waited for. */
const SIDE = 512, BASE_MS = 4000;

/**
 * @param {{tiles: string, deepest: number}} base
 * @param {{z: number, x: number, y: number}} tile
 * @param {AbortSignal} signal
 */
export async function baseOf(base, tile, signal) {
  const z = Math.min(tile.z + 1, base.deepest), across = 2 ** (z - tile.z), whole = Math.max(1, across);
  const canvas = document.createElement('canvas'), ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  canvas.width = canvas.height = SIDE;
  const until = AbortSignal.any([signal, AbortSignal.timeout(BASE_MS)]);
  let came = false;
  /** @param {number} column @param {number} row within the data tile */
  async function put(column, row) {
    const at = {z, x: Math.floor(tile.x * across) + column, y: Math.floor(tile.y * across) + row};
    const url = new URL(base.tiles.replace(/\{([xyz])\}/g, (_, name) => `${at[/** @type {'x'} */ (name)]}`), location.href);
    const answer = await fetch(url.pathname + url.search, {signal: until});
    if (!answer.ok) return;
    const picture = await createImageBitmap(await answer.blob()), side = SIDE / across;
    // Of a picture that is shallower than the tile only a part is seen.
    ctx.drawImage(picture, (at.x / across - tile.x) * SIDE, (at.y / across - tile.y) * SIDE, side, side);
    came = true;
  }
  const all = [];
  for (let column = 0; column < whole; column++) for (let row = 0; row < whole; row++) all.push(put(column, row));
  await Promise.allSettled(all);
  return came ? canvas : undefined;
}
