/**
 * The map: one view on one canvas, drawn when something has changed.
 * In: a canvas, a style, moves. Out: frames; what lies in view and under a point. Painting is done between frames, a few
 * milliseconds at a time. Knows no button, key, history or sentence.
 */
import {areaPath, surface} from './paint.js';
import {clamp, cover, fromScreen, pan, project, MAX_ZOOM, MIN_ZOOM, tileKey, tileZoom, toScreen, unproject, worldSize, zoomAbout} from './view.js';
import {drawFigures, drawGrid, drawScale, gridLines, letters, toGrid} from './grid.js';
import {MARGIN, placeLabels} from './labels.js';
import {openPapers} from './papers.js';
import {openTiles} from './tiles.js';
import {readStyle} from './style.js';

/** Milliseconds of painting in one frame: while the map moves, and while it stands. */
const MOVING_MS = 3, STANDING_MS = 10;
/** A zoom is over, and worth painting for, when it has not changed for so long. */
const ZOOM_REST_MS = 120;
const SETTLED_MS = 350;
const NAMES_MS = 250;
/** The largest canvas: a 4K screen. Above it the map is drawn a little coarser than the screen. */
const MAX_PIXELS = 9e6;

/**
 * @typedef {import('./view.js').View} View
 * @typedef {import('./view.js').Point} Point
 * @typedef {import('./view.js').LonLat} LonLat
 * @typedef {{layer: string, id: string}} Area
 * @typedef {ReturnType<typeof openMap>} GroundMap
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{lang: string, bounds: number[], settled: () => void, drawn: () => void}} page
 *   bounds: west, south, east, north that the centre stays in; settled: the view has come to rest; drawn: nothing is left to paint
 */
export function openMap(canvas, {lang, bounds, settled, drawn}) {
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {alpha: false}));
  const hitter = surface(1, 1);
  const northWest = project({lon: bounds[0], lat: bounds[3]}), southEast = project({lon: bounds[2], lat: bounds[1]});
  /** @type {View} */
  let view = {x: 0.5, y: 0.5, zoom: MIN_ZOOM, width: 1, height: 1};
  const papers = openPapers();
  let style = readStyle({}), tiles = openTiles(style, () => {});
  /** @type {Set<string>} */
  const hidden = new Set();
  let held = false, ratio = 1, foot = 0, scheduled = 0, last = 0, zoomed = 0, timer = 0, wanted = '';
  /** What is still to be moved, which shrinks by a share of itself; the zoom is where it will end. */
  let glide = {x: 0, y: 0, zoom: view.zoom, about: {x: 0, y: 0}, ms: 80};
  /** The sheet of names, and the view it was made for. @type {{sheet?: HTMLCanvasElement, view: View}} */
  let names = {view};
  /** The view that names are or have been placed for; none where they must be placed anew. @type {View | undefined} */
  let named;
  let namedAt = 0;
  /** @type {{work: Generator<void>, zoom: number} | undefined} */
  let job;
  /** @type {LonLat | undefined} */
  let place;
  /** Several places, and the corners of a square. @type {LonLat[][]} */
  let [dots, ring] = [[], []];
  let red = false;
  let shift = {e: 0, n: 0};
  /** @type {import('./grid.js').Grid | undefined} */
  let grid;
  /** @type {Area[]} */
  let lit = [];

  const invalidate = () => {
    scheduled ||= requestAnimationFrame(frame);
  };

  /** @param {View} next */
  function look(next) {
    next.x = clamp(next.x, northWest.x, southEast.x);
    next.y = clamp(next.y, northWest.y, southEast.y);
    if (next.zoom !== view.zoom) zoomed = performance.now();
    view = next;
    clearTimeout(timer);
    timer = +setTimeout(settled, SETTLED_MS);
    invalidate();
  }

  /** One step of what is still to be moved. @param {number} ms since the last */
  function step(ms) {
    const rest = glide.zoom - view.zoom, share = 1 - Math.exp(-ms / glide.ms);
    if (rest) look(zoomAbout(view, Math.abs(rest) < 0.01 ? glide.zoom : view.zoom + rest * share, glide.about));
    if (Math.hypot(glide.x, glide.y) > 1) {
      look(pan(view, glide.x * share, glide.y * share));
      glide.x *= 1 - share;
      glide.y *= 1 - share;
    } else glide.x = glide.y = 0;
    return rest || glide.x || glide.y;
  }

  /** @param {number} now */
  function frame(now) {
    const begun = performance.now();
    scheduled = 0;
    const moving = step(clamp(now - last, 1, 50));
    last = now;
    draw();
    const resting = begun - zoomed > ZOOM_REST_MS;
    if (resting) ask();
    const busy = resting && work(begun + (moving || held ? MOVING_MS : STANDING_MS));
    if (moving || busy) invalidate();
    else if (resting) drawn();
    else setTimeout(invalidate, ZOOM_REST_MS);
  }

  /** Asks for the tiles of the view. */
  function ask() {
    const need = cover(view, tileZoom(view.zoom, style.deepest)), key = need.map(tileKey).join();
    if (key === wanted) return;
    wanted = key;
    named = undefined;
    tiles.want(need);
  }

  /** The data tiles of the view that have come. */
  const here = () => cover(view, tileZoom(view.zoom, style.deepest))
    .flatMap((tile) => { const data = tiles.get(tile); return data ? [{tile, data}] : []; });

  /** The next piece of painting: squares first, then names. */
  function nextJob() {
    const wide = {...view, width: view.width + MARGIN, height: view.height + MARGIN};
    const square = papers.work(view, ratio, style, hidden, tiles.get);
    if (square) return square;
    if (namesDue()) {
      const from = named = view;
      namedAt = performance.now();
      const mark = place && toScreen(view, project(place));
      return placeLabels({view, ratio, mark, layers: style.layers, hidden, lang, tiles: here()}, (sheet) => {
        names = {sheet, view: from};
      });
    }
    return papers.work(wide, ratio, style, hidden, tiles.get);
  }

  /** Whether names are missing or out of place; while tiles come in one by one, not for each of them. */
  function namesDue() {
    if (named?.zoom === view.zoom) {
      const {x, y} = toScreen(view, named);
      if (Math.hypot(x - view.width / 2, y - view.height / 2) < MARGIN / 2) return false;
    }
    const due = !tiles.missing() || performance.now() - namedAt > NAMES_MS;
    if (!due) setTimeout(invalidate, NAMES_MS);
    return due;
  }

  /** Paints until a time; whether there is more to do or to show. @param {number} until */
  function work(until) {
    let done = false, shown = false;
    do {
      if (job?.zoom !== view.zoom) job = undefined;
      if (!job) {
        const next = nextJob();
        if (!next) return shown;
        job = {work: next, zoom: view.zoom};
      }
      try {
        done = !!job.work.next().done;
      } catch {
        // A style value of a kind that nobody expected spoils its piece, not the map.
        done = true;
      }
      if (done) job = undefined;
      shown ||= done;
    } while (performance.now() < until);
    return true;
  }

  function draw() {
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    papers.lay(ctx, view, ratio, style.background);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    grid = gridLines(view, shift, grid);
    drawGrid(ctx, view, grid);
    if (names.sheet) layNames(names.sheet);
    drawFigures(ctx, view, grid);
    for (const area of lit) drawArea(area);
    drawMarks();
    const centre = toGrid(unproject(view));
    drawScale(ctx, view, foot, letters({e: centre.e - shift.e, n: centre.n - shift.n}));
  }

  /** @param {HTMLCanvasElement} sheet */
  function layNames(sheet) {
    const from = toScreen(view, fromScreen(names.view, {x: -MARGIN, y: -MARGIN})), scale = worldSize(view.zoom) / worldSize(names.view.zoom) / ratio;
    ctx.drawImage(sheet, Math.round(from.x * ratio) / ratio, Math.round(from.y * ratio) / ratio, sheet.width * scale, sheet.height * scale);
  }

  /** A ring of 14 pixels and a cross-hair that leaves the spot free. @param {Point} at */
  function drawPlace({x, y}) {
    const path = new Path2D(`M${x - 16} ${y}h9a7 7 0 1 0 14 0h9m-9 0a7 7 0 1 0-14 0M${x} ${y - 16}v9m0 14v9`);
    outline(path, 1);
  }

  /** Dots where there are several places; a square by its outline, where that is large enough to see. */
  function drawMarks() {
    const [all, [first, ...others]] = [dots, ring].map((places) => places.map((at) => toScreen(view, project(at))));
    ctx.lineCap = ctx.lineJoin = 'round';
    outline(new Path2D(all.map(({x, y}) => `M${x} ${y}h.01`).join('')), 1, 8);
    if (first && (red || Math.hypot(first.x - others[1].x, first.y - others[1].y) > 20))
      outline(new Path2D(`M${first.x} ${first.y}${others.map(({x, y}) => `L${x} ${y}`).join('')}z`), 1, red ? 3 : undefined, red);
    else if (place) drawPlace(toScreen(view, project(place)));
    ctx.lineCap = 'butt';
  }

  /** Ink over paper, to be seen on anything. @param {Path2D} path @param {number} unit CSS pixels in the path's units @param {number} [ink] pixels wide @param {boolean} [site] red, and dashed to be known without its colour */
  function outline(path, unit, ink = 2.5, site = false) {
    for (const [colour, width] of /** @type {[string, number][]} */ ([['#fff', ink + 3.5], [site ? '#c8102e' : '#14212b', ink]])) {
      if (site && width === ink) ctx.setLineDash([8, 4]);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width * unit;
      ctx.stroke(path);
    }
    ctx.setLineDash([]);
  }

  /** @param {Area} area */
  function drawArea({layer, id}) {
    for (const {tile, data} of here()) {
      const path = areaPath(data, layer, id), source = data.layers.get(layer);
      if (!path || !source) continue;
      const size = worldSize(view.zoom) / 2 ** tile.z, at = toScreen(view, {x: tile.x / 2 ** tile.z, y: tile.y / 2 ** tile.z});
      ctx.save();
      ctx.beginPath();
      ctx.rect(at.x, at.y, size, size);
      ctx.clip();
      ctx.translate(at.x, at.y);
      ctx.scale(size / source.extent, size / source.extent);
      ctx.lineCap = ctx.lineJoin = 'round';
      outline(path, source.extent / size);
      ctx.restore();
    }
  }

  /** Everything painted is out of date. */
  function repaint() {
    papers.expire();
    job = undefined;
    named = undefined;
    invalidate();
  }

  new ResizeObserver(() => {
    // On paper the map stands as it was on screen.
    if (matchMedia('print').matches) return;
    const width = canvas.parentElement?.clientWidth || 1, height = canvas.parentElement?.clientHeight || 1;
    const sharp = Math.min(devicePixelRatio, Math.max(1, Math.sqrt(MAX_PIXELS / width / height)));
    if (sharp !== ratio) papers.expire();
    ratio = sharp;
    foot = parseFloat(getComputedStyle(canvas).getPropertyValue('--foot')) || 0;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    named = undefined;
    look({...view, width, height});
    draw();
  }).observe(/** @type {Element} */ (canvas.parentElement));

  return {
    view: () => view,
    /** Whether a finger or the mouse holds the map. @param {boolean} down */
    hold(down) {
      held = down;
      glide = {...glide, x: 0, y: 0, zoom: view.zoom};
      invalidate();
    },
    /** At once. @param {LonLat} centre @param {number} zoom */
    go(centre, zoom) {
      look({...view, ...project(centre), zoom: clamp(zoom, MIN_ZOOM, MAX_ZOOM)});
      glide = {...glide, x: 0, y: 0, zoom: view.zoom};
    },
    /** By pixels; in `ms` two thirds of the way, at once where that is 0. @param {number} x @param {number} y @param {number} [ms] */
    pan(x, y, ms = 0) {
      if (ms) glide = {...glide, x: glide.x + x, y: glide.y + y, ms};
      else look(pan(view, x, y));
      invalidate();
    },
    /** @param {number} by zooms @param {Point} [about] pixel, else the centre @param {number} [ms] */
    zoom(by, about = {x: view.width / 2, y: view.height / 2}, ms = 0) {
      const zoom = clamp(Math.round((glide.zoom + by) * 100) / 100, MIN_ZOOM, MAX_ZOOM);
      glide = {...glide, zoom: ms ? zoom : clamp(glide.zoom + by, MIN_ZOOM, MAX_ZOOM), about, ms};
      if (!ms) look(zoomAbout(view, glide.zoom, about));
      invalidate();
    },
    /** Marks a place. @param {LonLat | undefined} at @param {{e: number, n: number}} residual of the Grid there @param {LonLat[]} [several] @param {LonLat[]} [square] its corners @param {boolean} [site] they are those of a drawn site */
    mark(at, residual, several = [], square = [], site = false) {
      place = at;
      named = undefined;
      [dots, ring, red] = [several, square, site];
      shift = residual;
      invalidate();
    },
    /** Outlines areas. @param {Area[]} areas */
    light(areas) {
      lit = areas;
      invalidate();
    },
    /** Which of these areas lie under a pixel. @param {Point} pixel @param {Area[]} areas */
    under(pixel, areas) {
      const point = fromScreen(view, pixel);
      return areas.filter(({layer, id}) => here().some(({tile, data}) => {
        const path = areaPath(data, layer, id), extent = data.layers.get(layer)?.extent || 1;
        const x = (point.x * 2 ** tile.z - tile.x) * extent, y = (point.y * 2 ** tile.z - tile.y) * extent;
        const flat = data.layers.get(layer)?.features.some((feature) => feature.id === id && feature.type === 3);
        hitter.lineWidth = (12 * extent * 2 ** tile.z) / worldSize(view.zoom);
        hitter.lineCap = 'round';
        return path && Math.min(x, y) >= 0 && Math.max(x, y) < extent
          && (flat ? hitter.isPointInPath(path, x, y) : hitter.isPointInStroke(path, x, y));
      }));
    },
    here,
    style: () => style,
    tiles: () => tiles,
    hidden: () => hidden,
    /** @param {string} layer @param {boolean} on */
    show(layer, on) {
      if (on) hidden.delete(layer);
      else hidden.add(layer);
      repaint();
    },
    /** A new edition: new style, no old tile. @param {any} json */
    restyle(json) {
      tiles.close();
      style = readStyle(json);
      tiles = openTiles(style, () => {
        named = undefined;
        invalidate();
      });
      wanted = '';
      repaint();
    },
  };
}
