import assert from 'node:assert/strict';
import test from 'node:test';
import {baseOf} from '../base.js';
import {readStyle} from '../style.js';

globalThis.location = /** @type {any} */ ({href: 'http://map.example/at/1,2'});

/** What is asked for and what is drawn where, with a network that has all but some pictures. */
function rim(missing = '') {
  const asked = [], drawn = [];
  Object.assign(globalThis, {
    document: {createElement: () => ({getContext: () => ({drawImage: (_, ...at) => drawn.push(at)})})},
    createImageBitmap: async () => ({}),
    fetch: async (url) => {
      asked.push(url);
      return {ok: !missing || !url.startsWith(missing), blob: async () => ({})};
    },
  });
  return {asked, drawn};
}
const base = {tiles: 'http://elsewhere.example/basemap/{z}/{x}/{y}?v=1', deepest: 16};
const {signal} = new AbortController();

test('four pictures lie behind a tile of ours, from our own origin', async () => {
  const {asked, drawn} = rim();
  assert.ok(await baseOf(base, {z: 14, x: 10, y: 20}, signal));
  assert.deepEqual(asked.sort(), ['20/40', '20/41', '21/40', '21/41'].map((at) => `/basemap/15/${at}?v=1`));
  assert.deepEqual(drawn.map((at) => at.join()).sort(), ['0,0,256,256', '0,256,256,256', '256,0,256,256', '256,256,256,256']);
});

test('below the deepest pictures a part of one is seen, enlarged', async () => {
  const {asked, drawn} = rim();
  assert.ok(await baseOf({...base, deepest: 12}, {z: 14, x: 10, y: 21}, signal));
  assert.deepEqual(asked, ['/basemap/12/2/5?v=1']);
  assert.deepEqual(drawn, [[-1024, -512, 2048, 2048]]);
});

test('pictures that are missing leave their place empty, and none at all is nothing', async () => {
  const some = rim('/basemap/15/20/');
  assert.ok(await baseOf(base, {z: 14, x: 10, y: 20}, signal));
  assert.equal(some.drawn.length, 2);
  rim('/');
  assert.equal(await baseOf(base, {z: 14, x: 10, y: 20}, signal), undefined);
});

test('of a style with a base map, pictures are drawn and vector tiles of others are left to other programs', () => {
  const ours = {groundrule: {type: 'vector', tiles: ['/tiles'], maxzoom: 16}};
  const style = (basemap, layer) => readStyle({sources: {basemap, ...ours}, layers: [{id: 'basemap', source: 'basemap', ...layer}]});
  const pictures = style({type: 'raster', tiles: ['/basemap'], maxzoom: 12}, {type: 'raster'});
  assert.deepEqual([pictures.tiles, pictures.base, pictures.layers.map(({type}) => type)], ['/tiles', {tiles: '/basemap', deepest: 12}, ['raster']]);
  const vector = style({type: 'vector', tiles: ['/basemap']}, {type: 'fill', 'source-layer': 'water'});
  assert.deepEqual([vector.tiles, vector.base, vector.layers], ['/tiles', undefined, []]);
});
