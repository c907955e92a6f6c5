// The tiles of the sample map, read by the decoder that most renderers use and by the viewer's own: both must see the same.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {readTile, trace} from '../../viewer/mvt.js';
import {require, serve} from './demo.mjs';

const {VectorTile, classifyRings} = await import(require.resolve('@mapbox/vector-tile'));
const {PbfReader} = await import(require.resolve('pbf'));
const demo = await serve('demo');
after(() => demo.stop());

/** The addresses of the tiles over the map's bounds at one zoom. @param {{bounds: number[], tiles: string[]}} tileset @param {number} z */
function addresses({bounds: [west, south, east, north], tiles: [address]}, z) {
  const column = (lon) => Math.floor((lon + 180) / 360 * 2 ** z);
  const row = (lat) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);
  const found = [];
  for (let x = column(west); x <= column(east); x++)
    for (let y = row(north); y <= row(south); y++) found.push(address.replace('{z}', z).replace('{x}', x).replace('{y}', y));
  return found;
}

/** A feature's lines or rings as the viewer traces them, each ring ended where it began. */
function traced(layer, feature) {
  const lines = [];
  trace(layer, feature, {
    moveTo: (x, y) => lines.push([[x, y]]),
    lineTo: (x, y) => lines.at(-1).push([x, y]),
    closePath: () => lines.at(-1).push(lines.at(-1)[0]),
  });
  return lines;
}

/** Counts what holds of a tile, after each of it was checked. @param {Uint8Array} bytes @param {string} address */
function compare(bytes, address) {
  const theirs = new VectorTile(new PbfReader(bytes)).layers, ours = readTile(bytes);
  assert.deepEqual(Object.keys(theirs), [...ours.keys()], address);
  let features = 0;
  for (const [name, layer] of ours) {
    const told = `${address} ${name}`, other = theirs[name];
    assert.equal(other.version, 2, told);
    assert.equal(other.extent, layer.extent, told);
    assert.equal(other.length, layer.features.length, told);
    assert.ok(other.length > 0, `${told} is empty`);
    layer.features.forEach((feature, at) => {
      const read = other.feature(at), geometry = read.loadGeometry();
      assert.equal(`${read.id ?? ''}`, feature.id, told);
      assert.equal(read.type, feature.type, told);
      const lines = geometry.map((line) => line.map(({x, y}) => [x, y]));
      // All points of a feature are one line to them, and a line each to us.
      assert.deepEqual(read.type === 1 ? lines.flat().map((point) => [point]) : lines, traced(layer, feature), told);
      // Every ring belongs to a polygon whose outer ring is positive: none is left out, and none has no area.
      if (read.type === 3) assert.equal(classifyRings(geometry).flat().length, geometry.length, told);
      assert.ok(geometry.length && geometry.every((line) => line.length >= [0, 1, 2, 4][read.type]), told);
    });
    features += other.length;
  }
  return features;
}

test('@mapbox/vector-tile and the viewer read the same in every tile of the sample map', async () => {
  const tileset = await (await fetch(`${demo.address}/tiles.json`)).json();
  let tiles = 0, features = 0;
  for (let z = tileset.minzoom; z <= tileset.maxzoom; z++) {
    for (const address of addresses(tileset, z)) {
      const reply = await fetch(address);
      if (reply.status === 204) continue;
      assert.equal(reply.status, 200, address);
      features += compare(new Uint8Array(await reply.arrayBuffer()), address);
      tiles++;
    }
  }
  assert.ok(tiles > 1000 && features > 10000, `${features} features in ${tiles} tiles`);
});
