import assert from 'node:assert/strict';
import test from 'node:test';
import {openTiles} from '../tiles.js';
import {encodeTile} from './encode.js';

globalThis.location = /** @type {any} */ ({href: 'http://map.example/at/1,2'});
const source = {tiles: 'http://elsewhere.example/tiles/e/{z}/{x}/{y}.mvt?v=1', bounds: [-180, -85, 180, 85]};
const bytes = encodeTile([{name: 'sssi', features: [{id: 1, type: 1, paths: [[[1, 1]]]}]}]);
const row = (count) => Array.from({length: count}, (_, x) => ({z: 10, x, y: 300}));
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A network whose answers the test gives. */
function network() {
  const asked = [];
  const fetch = (url, {signal}) => new Promise((resolve, reject) => {
    const one = {url, answer: (status, body = bytes) => resolve({status, ok: status < 300, arrayBuffer: async () => body.buffer})};
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    asked.push(one);
  });
  return {asked, fetch};
}

test('six tiles at a time, on our own origin, nearest first', async () => {
  const net = network(), tiles = openTiles(source, () => {}, {fetch: net.fetch, now: () => 0});
  tiles.want(row(9));
  assert.equal(net.asked.length, 6);
  assert.equal(net.asked[0].url, '/tiles/e/10/0/300.mvt?v=1');
  net.asked[0].answer(200);
  await turn();
  assert.equal(net.asked.length, 7);
  assert.ok(tiles.get({z: 10, x: 0, y: 300}).layers.has('sssi'));
  assert.equal(tiles.missing(), 8);
  tiles.close();
});

test('a tile no longer wanted is dropped, and asked for again when it is', async () => {
  const net = network(), tiles = openTiles(source, () => {}, {fetch: net.fetch, now: () => 0});
  tiles.want(row(1));
  tiles.want([]);
  await turn();
  assert.equal(tiles.failed(), 0, 'to be dropped is not to fail');
  tiles.want(row(1));
  await turn();
  assert.equal(net.asked.length, 2);
  tiles.close();
});

test('204 and 404 are empty tiles; anything else that is not a tile fails and is tried again later', async () => {
  let now = 0;
  const net = network(), tiles = openTiles(source, () => {}, {fetch: net.fetch, now: () => now});
  tiles.want(row(4));
  net.asked[0].answer(204);
  net.asked[1].answer(404);
  net.asked[2].answer(503);
  net.asked[3].answer(200, encodeTile([{name: 'sssi', features: [{type: 3, geometry: [9, 0, 0, 2 + 8 * 3, 2]}]}]));
  await turn();
  assert.equal(tiles.missing(), 2);
  assert.equal(tiles.failed(), 2);
  assert.equal(net.asked.length, 4, 'not at once');
  now = 5000;
  tiles.want(row(4));
  assert.equal(net.asked.length, 6);
  net.asked[4].answer(200);
  net.asked[5].answer(200);
  await turn();
  assert.equal(tiles.missing() + tiles.failed(), 0);
  tiles.close();
});

test('what is wanted is kept, what is long unused is forgotten', async () => {
  const net = network(), tiles = openTiles(source, () => {}, {fetch: net.fetch, now: () => 0});
  for (let y = 0; y < 100; y++) {
    tiles.want([{z: 10, x: 0, y: y + 200}]);
    net.asked.at(-1).answer(204);
    await turn();
  }
  assert.equal(tiles.get({z: 10, x: 0, y: 200}), undefined);
  assert.ok(tiles.get({z: 10, x: 0, y: 299}) && tiles.get({z: 10, x: 0, y: 250}));
  tiles.close();
});

test('our layers come where the base map behind them does not', async () => {
  const net = network(), base = {tiles: '/basemap/{z}/{x}/{y}', deepest: 16};
  const tiles = openTiles({...source, base}, () => {}, {fetch: net.fetch, now: () => 0});
  tiles.want(row(1));
  // There is no canvas here, so whatever stands behind fails.
  net.asked[0].answer(200);
  for (let tries = 0; tries < 100 && tiles.missing(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  const data = tiles.get({z: 10, x: 0, y: 300});
  assert.ok(data.layers.has('sssi') && !data.base);
  assert.equal(tiles.failed(), 0);
  tiles.close();
});
