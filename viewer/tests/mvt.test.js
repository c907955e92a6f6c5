import assert from 'node:assert/strict';
import test from 'node:test';
import {property, readTile, trace} from '../mvt.js';
import {encodeTile, varint} from './encode.js';

/** Writes down what a pen is told. */
function recorder() {
  const said = [];
  return {said, moveTo: (x, y) => said.push(`M${x},${y}`), lineTo: (x, y) => said.push(`L${x},${y}`), closePath: () => said.push('Z')};
}

const square = [[[0, 0], [10, 0], [10, 10], [-5, 10]]];
const tile = encodeTile([{
  name: 'conservation-area', extent: 2048,
  features: [
    {id: 2 ** 40 + 3, type: 3, paths: square, properties: {reference: 'CA/12', 'name-cy': 'Hen Dref ŵ'}},
    {id: 9, type: 1, paths: [[[7, 8]]], properties: {reference: 'CA/13'}},
  ],
}]);

test('a tile is read as it was written', () => {
  const layer = readTile(tile).get('conservation-area');
  assert.equal(layer.extent, 2048);
  assert.deepEqual(layer.features.map(({id, type}) => [id, type]), [[`${2 ** 40 + 3}`, 3], ['9', 1]]);
  assert.equal(property(layer, layer.features[0], 'name-cy'), 'Hen Dref ŵ');
  assert.equal(property(layer, layer.features[1], 'name-cy'), undefined);
  const pen = recorder();
  layer.features.forEach((feature) => trace(layer, feature, pen));
  assert.equal(pen.said.join(' '), 'M0,0 L10,0 L10,10 L-5,10 Z M7,8');
});

test('an extent of nothing is taken as one unit, so that no scale is infinite', () => {
  assert.equal(readTile(encodeTile([{name: 'a', extent: 0, features: []}])).get('a').extent, 1);
});

test('a count of four hundred million ClosePaths costs one', () => {
  const layer = readTile(encodeTile([{name: 'a', features: [{type: 3, geometry: [...varint(7 + 8 * 4e8)]}]}])).get('a');
  const pen = recorder();
  trace(layer, layer.features[0], pen);
  assert.deepEqual(pen.said, ['Z']);
});

test('a count of points beyond the bytes is refused when the bytes end', () => {
  const layer = readTile(encodeTile([{name: 'a', features: [{type: 2, geometry: [...varint(2 + 8 * 4e8), 2, 2]}]}])).get('a');
  assert.throws(() => trace(layer, layer.features[0], recorder()), RangeError);
});

test('lengths, numbers and kinds that break the rules are refused', () => {
  const broken = [
    [0x1a, 0xff, 0xff, 0xff, 0x7f, 1, 2],        // a layer longer than the tile
    [0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], // a length that does not end
    [0x80],                                       // a tag that does not end
    [0x1b], [0x1c], [0x1f],                       // groups and kinds that do not exist
    [0x19, 1, 2],                                 // eight bytes of which two are there
    [0x1a, 3, 0x12, 4, 8, 0x78, 2, 0x78, 2],      // a feature that reaches out of its layer
  ];
  for (const bytes of broken) assert.throws(() => readTile(Uint8Array.from(bytes)), RangeError, `${bytes}`);
});

test('any cut and any flipped byte ends in a tile or a RangeError, soon', () => {
  const begun = performance.now();
  for (let at = 0; at < tile.length; at++)
    for (const bytes of [tile.slice(0, at), tile.map((byte, i) => (i === at ? byte ^ 0xff : byte)), tile.map((byte, i) => (i === at ? 0xff : byte))])
      try {
        for (const layer of readTile(bytes).values())
          for (const feature of layer.features) {
            trace(layer, feature, recorder());
            property(layer, feature, 'reference');
          }
      } catch (error) {
        assert.ok(error instanceof RangeError, `${error}`);
      }
  assert.ok(performance.now() - begun < 5000);
});
