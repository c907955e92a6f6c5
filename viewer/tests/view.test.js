import assert from 'node:assert/strict';
import test from 'node:test';
import {cover, fromFragment, fromScreen, metresPerPixel, pan, project, tileZoom, toFragment, toScreen, unproject, zoomAbout} from '../view.js';
import {within} from '../tiles.js';

const place = {lat: 53.28437, lon: -3.58221};
const view = {...project(place), zoom: 15.4, width: 375, height: 281};
const near = (a, b, most = 1e-9) => assert.ok(Math.abs(a - b) <= most, `${a} is not ${b}`);

test('degrees go to Mercator and back', () => {
  const {x, y} = project(place);
  near(x, 0.49004941666, 1e-9);
  const back = unproject({x, y});
  near(back.lat, place.lat);
  near(back.lon, place.lon);
});

test('the centre of a view is in the middle of the screen, and pixels go back to where they came from', () => {
  assert.deepEqual(toScreen(view, view), {x: 187.5, y: 140.5});
  const point = fromScreen(view, {x: 12, y: 200});
  near(toScreen(view, point).x, 12, 1e-6);
  near(toScreen(view, point).y, 200, 1e-6);
});

test('the point under the finger stays there when the map zooms', () => {
  const about = {x: 300, y: 20}, before = fromScreen(view, about);
  const after = fromScreen(zoomAbout(view, 17.1, about), about);
  near(before.x, after.x, 1e-12);
  near(before.y, after.y, 1e-12);
});

test('panning right looks further east', () => {
  assert.ok(pan(view, 10, 0).x > view.x);
  near(toScreen(pan(view, 10, 0), view).x, 177.5, 1e-6);
});

test('a view is covered by the tiles that touch it, once each, nearest first', () => {
  const z = 15, tiles = cover(view, z), side = 2 ** z;
  assert.equal(new Set(tiles.map(({x, y}) => `${x}/${y}`)).size, tiles.length);
  for (let px = 0; px <= view.width; px += 25)
    for (let py = 0; py <= view.height; py += 20) {
      const at = fromScreen(view, {x: px, y: py});
      assert.ok(tiles.some(({x, y}) => x === Math.floor(at.x * side) && y === Math.floor(at.y * side)), `${px},${py}`);
    }
  const [first] = tiles;
  assert.deepEqual(first, {z, x: Math.floor(view.x * side), y: Math.floor(view.y * side)});
  for (const {x, y} of tiles) {
    const corner = toScreen(view, {x: x / side, y: y / side}), end = toScreen(view, {x: (x + 1) / side, y: (y + 1) / side});
    assert.ok(end.x >= 0 && end.y >= 0 && corner.x <= view.width && corner.y <= view.height);
  }
});

test('the edge of the world has no tile beyond it', () => {
  const all = cover({x: 0, y: 0, zoom: 5, width: 4000, height: 4000}, 5);
  assert.ok(all.every(({x, y}) => x >= 0 && y >= 0));
});

test('an animation that ends at 14.9999 shows zoom 15, and tiles end at the deepest', () => {
  assert.equal(tileZoom(14.9999, 16), 15);
  assert.equal(tileZoom(15.98, 16), 15);
  assert.equal(tileZoom(19.5, 16), 16);
});

test('a pixel spans metres that shrink with the latitude', () => {
  near(metresPerPixel({x: 0.5, y: 0.5, zoom: 0, width: 1, height: 1}), 78271.5, 0.1);
  near(metresPerPixel({...project({lat: 60, lon: 0}), zoom: 0, width: 1, height: 1}), 39135.8, 0.1);
});

test('the address fragment is written with as many decimals as a pixel is worth, and read back', () => {
  assert.equal(toFragment({...view, zoom: 15}), '#15/53.28437/-3.58221');
  assert.equal(toFragment({...view, zoom: 17.256}), '#17.26/53.28437/-3.58221');
  assert.deepEqual(fromFragment('#15/53.28437/-3.58221'), {zoom: 15, ...place});
  assert.equal(fromFragment('#2/1/1').zoom, 5);
});

test('what is not a view in the fragment is none', () => {
  for (const text of ['', '#', '#answer', '#15/53', '#15/99/0', '#15/0/999', '#x/1/1', '#15//', '#NaN/1/1', '#1e9/1/1'])
    assert.equal(fromFragment(text), undefined, text);
});

test('a tile outside the bounds of the source is not asked for', () => {
  const bounds = [-4.45, 52.55, -4.05, 52.8];
  const at = (lon, lat, z) => {
    const {x, y} = project({lon, lat});
    return {z, x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z)};
  };
  assert.ok(within(at(-4.2, 52.7, 16), bounds));
  assert.ok(within(at(-4.2, 52.7, 0), bounds));
  assert.ok(!within(at(-3.9, 52.7, 16), bounds));
  assert.ok(!within(at(-4.2, 52.9, 16), bounds));
});
