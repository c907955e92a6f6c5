/**
 * Where the map looks: a centre, a zoom and a size.
 * In: longitude and latitude (WGS 84) or pixels. Out: Mercator 0…1, pixels, the tiles that cover a view, the address fragment.
 * Knows no canvas, page or tile content.
 */

/** Pixels a tile is wide at its own zoom, as MapLibre and our links count zoom. */
export const TILE = 512;
export const MIN_ZOOM = 5;
export const MAX_ZOOM = 19.5;

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{x: number, y: number, zoom: number, width: number, height: number}} View
 *   x, y: centre in Mercator, 0…1 from the north-west; width, height: CSS pixels
 * @typedef {{z: number, x: number, y: number}} Tile
 * @typedef {{lon: number, lat: number}} LonLat  degrees
 */

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** Degrees to Mercator 0…1. @param {LonLat} place @returns {Point} */
export const project = ({lon, lat}) => {
  const sine = Math.sin((clamp(lat, -85, 85) * Math.PI) / 180);
  return {x: lon / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / 4 / Math.PI};
};

/** Mercator 0…1 to degrees. @param {Point} point @returns {LonLat} */
export const unproject = ({x, y}) => ({
  lon: (x - 0.5) * 360,
  lat: (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI,
});

/** CSS pixels round the world. @param {number} zoom */
export const worldSize = (zoom) => TILE * 2 ** zoom;

/** @param {View} view @param {Point} point Mercator @returns {Point} CSS pixels from the view's top left */
export const toScreen = (view, point) => ({
  x: (point.x - view.x) * worldSize(view.zoom) + view.width / 2,
  y: (point.y - view.y) * worldSize(view.zoom) + view.height / 2,
});

/** @param {View} view @param {Point} pixel @returns {Point} Mercator */
export const fromScreen = (view, pixel) => ({
  x: view.x + (pixel.x - view.width / 2) / worldSize(view.zoom),
  y: view.y + (pixel.y - view.height / 2) / worldSize(view.zoom),
});

/** Moves what the view looks at by pixels: positive x looks further east. @param {View} view @param {number} dx @param {number} dy @returns {View} */
export const pan = (view, dx, dy) => ({
  ...view,
  x: view.x + dx / worldSize(view.zoom),
  y: view.y + dy / worldSize(view.zoom),
});

/** Changes the zoom while the point under `about` stays where it is. @param {View} view @param {number} zoom @param {Point} about pixel @returns {View} */
export const zoomAbout = (view, zoom, about) => {
  const next = {...view, zoom: clamp(zoom, MIN_ZOOM, MAX_ZOOM)};
  const before = fromScreen(view, about), after = fromScreen(next, about);
  return {...next, x: view.x + before.x - after.x, y: view.y + before.y - after.y};
};

/** Metres on the ground that one pixel spans at the view's centre. @param {View} view */
export const metresPerPixel = (view) =>
  (40075016.7 * Math.cos((unproject(view).lat * Math.PI) / 180)) / worldSize(view.zoom);

/** The zoom whose data tiles a view is drawn from: 15.98 and the 14.9999 that an animation leaves are 15. @param {number} zoom @param {number} deepest */
export const tileZoom = (zoom, deepest) => Math.min(Math.floor(zoom + 0.001), deepest);

/** @param {Tile} tile */
export const tileKey = ({z, x, y}) => `${z}/${x}/${y}`;

/** Tiles of one zoom that touch the view, nearest to its centre first. @param {View} view @param {number} z @returns {Tile[]} */
export function cover(view, z) {
  const side = 2 ** z;
  const halfWidth = view.width / 2 / worldSize(view.zoom), halfHeight = view.height / 2 / worldSize(view.zoom);
  /** @param {number} value */
  const column = (value) => clamp(Math.floor(value * side), 0, side - 1);
  const tiles = [];
  for (let y = column(view.y - halfHeight); y <= column(view.y + halfHeight); y++)
    for (let x = column(view.x - halfWidth); x <= column(view.x + halfWidth); x++) tiles.push({z, x, y});
  /** @param {Tile} tile */
  const far = (tile) => (tile.x + 0.5 - view.x * side) ** 2 + (tile.y + 0.5 - view.y * side) ** 2;
  return tiles.sort((a, b) => far(a) - far(b));
}

/** Decimals of a degree that a pixel is worth: 5 are about a metre. @param {number} zoom */
export const decimals = (zoom) => (zoom < 16.5 ? 5 : 6);

/** @param {View} view @returns {string} `#15/52.68/-4.2` */
export function toFragment(view) {
  const {lon, lat} = unproject(view), places = decimals(view.zoom);
  return `#${+view.zoom.toFixed(2)}/${+lat.toFixed(places)}/${+lon.toFixed(places)}`;
}

/** @param {string} fragment @returns {(LonLat & {zoom: number}) | undefined} */
export function fromFragment(fragment) {
  const [zoom, lat, lon] = fragment.slice(1).split('/').map((part) => (part ? +part : NaN));
  if (Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom < 30)
    return {zoom: clamp(zoom, MIN_ZOOM, MAX_ZOOM), lat, lon};
}
