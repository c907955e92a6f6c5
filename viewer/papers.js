/**
 * Keeps painted squares of the map, so that moving it is laying sheets of paper.
 * In: a view, data tiles, the style. Out: the squares that are missing, painted a little at a time; all of them laid on a canvas.
 * Old squares lie scaled underneath until the new ones are ready, so nothing flashes. Knows no network, label or page.
 */
import {cover, tileKey, tileZoom, worldSize} from './view.js';
import {paintTile, surface} from './paint.js';

/** Squares are kept up to three views' pixels and this many more (16 MB). */
const SPARE_PIXELS = 4e6;

/**
 * @typedef {import('./view.js').View} View
 * @typedef {import('./view.js').Tile} Tile
 * @typedef {import('./tiles.js').DataTile} DataTile
 * @typedef {Tile & {canvas: HTMLCanvasElement, zoom: number, version: number}} Paper
 */

/** Squares are one zoom deeper than their tile: half its side, so that little is painted that is not seen. @param {number} zoom */
const squareZoom = (zoom) => tileZoom(zoom, Infinity) + 1;

/** The data tile a square is cut from. @param {Tile} square @param {number} z */
const tileOf = ({z: deep, x, y}, z) => ({z, x: Math.floor(x / 2 ** (deep - z)), y: Math.floor(y / 2 ** (deep - z))});

/** Where a square's edges lie on the world's whole device pixels: neighbours share them. @param {Tile} square @param {number} world */
function edges({z, x, y}, world) {
  const side = world / 2 ** z;
  return {left: Math.round(x * side), top: Math.round(y * side), right: Math.round((x + 1) * side), bottom: Math.round((y + 1) * side)};
}

export function openPapers() {
  /** The longest unused first. @type {Map<string, Paper>} */
  const papers = new Map();
  let version = 0;

  /** @param {Tile} square */
  const find = (square) => papers.get(tileKey(square));
  /** As the one used last. @param {Paper} paper */
  function keep(paper) {
    papers.delete(tileKey(paper));
    papers.set(tileKey(paper), paper);
  }
  /** @param {View} view @param {Paper | undefined} paper */
  const fresh = (view, paper) => paper && paper.zoom === view.zoom && paper.version === version;

  /** @param {number} limit pixels */
  function trim(limit) {
    let pixels = 0;
    for (const {canvas} of papers.values()) pixels += canvas.width * canvas.height;
    for (const [key, {canvas}] of papers) {
      if (pixels <= limit) break;
      pixels -= canvas.width * canvas.height;
      // Safari frees a canvas late unless it is made empty.
      canvas.width = 0;
      papers.delete(key);
    }
  }

  return {
    /** All squares are out of date, and serve only until they are painted anew. */
    expire: () => version++,

    /** Lays what there is. @param {CanvasRenderingContext2D} ctx @param {View} view @param {number} ratio @param {string} background */
    lay(ctx, view, ratio, background) {
      const world = worldSize(view.zoom) * ratio, z = squareZoom(view.zoom);
      const left = Math.round(view.x * world - (view.width * ratio) / 2), top = Math.round(view.y * world - (view.height * ratio) / 2);
      const squares = cover(view, z).map(find);
      for (const paper of squares) if (paper) keep(paper);
      /** @param {Paper | undefined} paper */
      const put = (paper) => {
        if (!paper) return;
        const at = edges(paper, world), width = at.right - at.left, height = at.bottom - at.top;
        if (at.right > left && at.left < left + ctx.canvas.width && at.bottom > top && at.top < top + ctx.canvas.height)
          ctx.drawImage(paper.canvas, at.left - left, at.top - top, width, height);
      };
      if (!squares.every((paper) => fresh(view, paper))) {
        ctx.fillStyle = background;
        ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
        [...papers.values()].sort((a, b) => Math.abs(b.z - z) - Math.abs(a.z - z)).forEach(put);
      }
      squares.forEach(put);
    },

    /**
     * Work on the nearest square that can be painted and is not; nothing where there is none.
     * @param {View} view @param {number} ratio @param {import('./style.js').Style} style @param {Set<string>} hidden
     * @param {(tile: Tile) => DataTile | undefined} dataOf
     * @returns {Generator<void> | undefined}
     */
    work(view, ratio, style, hidden, dataOf) {
      const dataZoom = tileZoom(view.zoom, style.deepest), z = squareZoom(view.zoom), world = worldSize(view.zoom) * ratio;
      const square = cover(view, z).find((each) => !fresh(view, find(each)) && dataOf(tileOf(each, dataZoom)));
      const tile = square && tileOf(square, dataZoom), data = tile && dataOf(tile);
      if (!data) return;
      const at = edges(square, world);
      const ctx = surface(at.right - at.left, at.bottom - at.top, true), {canvas} = ctx;
      ctx.fillStyle = style.background;
      ctx.fillRect(0, 0, canvas.width, canvas.height);
      const size = world / 2 ** dataZoom, made = version;
      const board = {ctx, style, zoom: view.zoom, ratio, size, left: tile.x * size - at.left, top: tile.y * size - at.top, phaseX: at.left, phaseY: at.top};
      return (function* () {
        yield* paintTile(board, data, hidden);
        keep({...square, canvas, zoom: view.zoom, version: made});
        trim(view.width * view.height * ratio * ratio * 3 + SPARE_PIXELS);
      })();
    },
  };
}
