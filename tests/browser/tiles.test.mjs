// The tiles of the sample map in two decoders: somebody else's, which most map programs use, and the viewer's own.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {property, readTile, trace} from '../../viewer/mvt.js';
import {require, serve} from './demo.mjs';

const {VectorTile} = await import(require.resolve('@mapbox/vector-tile'));
const {PbfReader} = await import(require.resolve('pbf'));

const demo = await serve('demo');
after(() => demo.stop());

/** Tiles looked at of each zoom. */
const SOME = 30;

/** Columns and rows of a zoom that some bounds meet. @param {number[]} bounds @param {number} z */
function* over([west, south, east, north], z) {
  const side = 2 ** z, sine = (lat) => Math.sin((lat * Math.PI) / 180);
  const column = (lon) => Math.floor((lon / 360 + 0.5) * side);
  const row = (lat) => Math.floor((0.5 - Math.log((1 + sine(lat)) / (1 - sine(lat))) / 4 / Math.PI) * side);
  const all = [];
  for (let x = column(west); x <= column(east); x++) for (let y = row(north); y <= row(south); y++) all.push({z, x, y});
  for (let at = 0; at < all.length; at += Math.ceil(all.length / SOME)) yield all[at];
}

/** What the viewer's decoder reads of a feature, in the shape of the other's. */
function ours(layer, feature) {
  const paths = [];
  trace(layer, feature, {
    moveTo: (x, y) => paths.push([{x, y}]),
    lineTo: (x, y) => paths[paths.length - 1].push({x, y}),
    closePath: () => paths[paths.length - 1].push(paths[paths.length - 1][0]),
  });
  const properties = Object.fromEntries(layer.keys.map((key) => [key, property(layer, feature, key)]).filter(([, value]) => value !== undefined));
  return {id: feature.id ? +feature.id : undefined, type: feature.type, properties, geometry: paths};
}

test('@mapbox/vector-tile reads every feature as the viewer does, and each is an area with an id or a summary with a count', async () => {
  const about = await (await fetch(`${demo.address}/tiles.json`)).json();
  const named = new Map(about.vector_layers.map((layer) => [layer.id, layer]));
  let features = 0;
  for (let z = 6; z <= 16; z++)
    for (const {x, y} of over(about.bounds, z)) {
      const address = about.tiles[0].replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`);
      const answer = await fetch(new URL(new URL(address).pathname + new URL(address).search, demo.address));
      assert.ok(answer.ok, `${z}/${x}/${y}: ${answer.status}`);
      if (answer.status === 204) continue;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const theirs = new VectorTile(new PbfReader(bytes)).layers, read = readTile(bytes);
      assert.deepEqual(Object.keys(theirs), [...read.keys()]);
      for (const [name, layer] of read) {
        const told = named.get(name);
        assert.ok(told && told.minzoom <= z && z <= told.maxzoom, `${name} at zoom ${z}`);
        assert.equal(theirs[name].length, layer.features.length);
        layer.features.forEach((feature, at) => {
          const other = theirs[name].feature(at);
          const plain = (path) => path.map(({x, y}) => ({x, y}));
          assert.deepEqual(ours(layer, feature), {id: other.id, type: other.type, properties: {...other.properties}, geometry: other.loadGeometry().map(plain)});
          for (const key of Object.keys(other.properties)) assert.ok(key in told.fields, `${name} does not say that it has ${key}`);
          assert.ok(other.id > 0 || other.properties.count >= 0, `${name} at ${z}/${x}/${y}`);
          features++;
        });
      }
    }
  assert.ok(features > 2000, `${features}`);
});
