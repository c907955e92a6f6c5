/**
 * The key of the map: each layer in view with a piece of the map's own drawing and a box that switches it.
 * In: the map, its words. Out: elements in the key's place. What is switched off is forgotten with the page and never goes into a
 * link: a link that hides an area would be a false "no". Knows no network or history.
 */
import {element} from './element.js';
import {paintPath, surface} from './paint.js';
import {drawnAt} from './style.js';
import {trace} from './mvt.js';
import {toScreen, worldSize} from './view.js';

const GROUPS = ['proposals', 'constraints', 'boundary', 'context'];
/** In a box of 40 by 24. @type {Record<string, string>} */
const SHAPES = {area: 'M4 4H36V20H4z', line: 'M-6 20C14 18 22 8 46 4', point: 'M20 12h.01'};

/**
 * @typedef {import('./map.js').GroundMap} GroundMap
 * @typedef {import('./style.js').MapLayer} MapLayer
 * @typedef {{layer: MapLayer, types: Set<number>}} InView  types of geometry: 1 point, 2 line, 3 polygon
 */

/** Which types of geometry of a layer come within a box, in shares of the tile. @param {import('./mvt.js').Layer} layer @param {number[]} box left, top, right, bottom */
export function typesWithin(layer, box) {
  /** @type {Set<number>} */
  const types = new Set();
  const [left, top, right, bottom] = box.map((share) => share * layer.extent);
  for (const feature of layer.features) {
    if (types.has(feature.type)) continue;
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    /** @param {number} x @param {number} y */
    const see = (x, y) => {
      west = Math.min(west, x); east = Math.max(east, x);
      north = Math.min(north, y); south = Math.max(south, y);
    };
    trace(layer, feature, {moveTo: see, lineTo: see, closePath() {}});
    if (west < right && east > left && north < bottom && south > top) types.add(feature.type);
  }
  return types;
}

/** Layers of the style in view, the topmost first. @param {GroundMap} map @returns {InView[]} */
function layersInView(map) {
  const view = map.view();
  const around = map.here().map(({tile, data}) => {
    const size = worldSize(view.zoom) / 2 ** tile.z, {x, y} = toScreen(view, {x: tile.x / 2 ** tile.z, y: tile.y / 2 ** tile.z});
    return {data, box: [-x / size, -y / size, (view.width - x) / size, (view.height - y) / size]};
  });
  return [...map.style().owners.values()].reverse().flatMap((layer) => {
    const types = new Set(around.flatMap(({data, box}) => {
      const source = data.layers.get(layer.id);
      return source ? [...typesWithin(source, box)] : [];
    }));
    return types.size ? [{layer, types}] : [];
  });
}

/** Writes the key; leaves it alone where it would be the same. @param {HTMLElement} list @param {GroundMap} map @param {import('./furniture.js').Text} text @param {string} lang */
export function fillKey(list, map, text, lang) {
  const layers = layersInView(map), now = layers.map(({layer, types}) => layer.id + [...types]).join();
  if (now === list.dataset.shown) return;
  list.dataset.shown = now;
  const focused = document.activeElement?.id;
  const sets = GROUPS.flatMap((group) => {
    const members = layers.filter(({layer}) => layer.group === group).map((each) => entry(each, map, text, lang));
    return members.length ? [element('fieldset', {}, element('legend', {}, text(`group_${group}`)), ...members)] : [];
  });
  list.replaceChildren(...(sets.length ? sets : [element('p', {}, text('key_empty'))]));
  if (focused) document.getElementById(focused)?.focus();
}

/** @param {InView} each @param {GroundMap} map @param {import('./furniture.js').Text} text @param {string} lang */
function entry({layer, types}, map, text, lang) {
  const name = element('span', layer.title[lang] ? {} : {lang: 'en'}, layer.title[lang] || layer.title.en || layer.id);
  if (layer.emerging) name.append(' ', element('em', {lang}, text('emerging')));
  const tick = element('input', {type: 'checkbox', id: `show-${layer.id}`, checked: !map.hidden().has(layer.id)});
  tick.addEventListener('change', () => map.show(layer.id, tick.checked));
  return element('label', {}, tick, swatch(map, layer, types), name);
}

/** An area, a line or a point as the map draws it. @param {GroundMap} map @param {MapLayer} owner @param {Set<number>} types */
function swatch(map, owner, types) {
  const style = map.style(), zoom = map.view().zoom, ratio = Math.min(devicePixelRatio, 3), ctx = surface(40 * ratio, 24 * ratio, true), {canvas} = ctx;
  canvas.setAttribute('aria-hidden', 'true');
  ctx.fillStyle = '#f7f5f0';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const layers = style.layers.filter((layer) => layer.owner === owner.id && drawnAt(layer, zoom));
  for (const layer of layers) {
    const shape = layer.type === 'circle' ? types.has(1) && 'point' : types.has(3) ? 'area' : types.has(2) && layer.type === 'line' && 'line';
    if (!shape || layer.type === 'symbol') continue;
    try {
      paintPath({ctx, style, zoom, ratio, left: 0, top: 0, size: 40 * ratio, phaseX: 0, phaseY: 0}, layer, new Path2D(SHAPES[shape]), 40);
    } catch {
      // As on the map: what cannot be drawn is left out.
    }
  }
  if (layers.every((layer) => layer.type === 'symbol')) {
    ctx.font = `600 ${14 * ratio}px system-ui,sans-serif`;
    ctx.textAlign = 'center';
    ctx.fillStyle = '#14212b';
    ctx.fillText('Abc', canvas.width / 2, 17 * ratio);
  }
  return canvas;
}
