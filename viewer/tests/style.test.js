import assert from 'node:assert/strict';
import test from 'node:test';
import {drawnAt, readStyle, takes, value} from '../style.js';

const zooms = ['interpolate', ['linear'], ['zoom'], 10, 1, 14, 5];
/** @param {Record<string, any>} properties */
const feature = (properties) => (key) => properties[key];

test('a number follows the zoom between its stops and stays at its ends', () => {
  assert.deepEqual([8, 10, 11, 14, 19].map((zoom) => value(zooms, zoom)), [1, 1, 2, 5, 5]);
  assert.equal(value(['interpolate', ['exponential', 2], ['zoom'], 0, 0, 2, 3], 1), 1);
  assert.deepEqual([9, 10, 12.9, 13].map((zoom) => value(['step', ['zoom'], 'a', 10, 'b', 13, 'c'], zoom)), ['a', 'b', 'b', 'c']);
  assert.equal(value(['interpolate', ['linear'], ['zoom'], 5, '#000', 10, '#fff'], 7), '#000', 'colours change at their stop');
});

test('plain values and lists of numbers are themselves', () => {
  assert.equal(value(3, 9), 3);
  assert.deepEqual(value([4, 2], 9), [4, 2]);
  assert.equal(value(undefined, 9), undefined);
});

test('filters choose by property and kind of geometry', () => {
  const a = feature({class: 'a', $type: 'LineString'});
  assert.ok(takes(['==', ['get', 'class'], 'a'], a, 0));
  assert.ok(!takes(['!=', ['get', 'class'], 'a'], a, 0));
  assert.ok(takes(['in', ['get', 'class'], ['literal', ['a', 'b']]], a, 0));
  assert.ok(!takes(['in', ['get', 'class'], ['literal', ['b']]], a, 0));
  assert.ok(takes(['all', ['has', 'class'], ['!', ['has', 'name']]], a, 0));
  assert.ok(takes(['==', ['geometry-type'], 'LineString'], a, 0));
  assert.ok(takes(['!', ['in', ['get', 'class'], ['literal', ['b']]]], feature({}), 0), 'a feature without the property');
  assert.ok(takes(undefined, a, 0));
});

test('what is not understood is left out, never thrown, and filters nothing away', () => {
  for (const odd of [['match', ['get', 'x'], 'a', 1, 0], ['interpolate'], ['interpolate', null, ['zoom']], ['step'], ['in'], ['in', 'a', 3], ['==']])
    assert.doesNotThrow(() => value(odd, 10, feature({})), JSON.stringify(odd));
  assert.equal(value(['match', 1], 10), undefined);
  assert.ok(takes(['within', {}], feature({}), 0));
});

test('a style is read without what it does not have', () => {
  for (const empty of [{}, {sources: {a: null}}, {sources: {r: {type: 'raster'}}, layers: []}]) assert.doesNotThrow(() => readStyle(empty));
  const style = readStyle({
    sources: {groundrule: {type: 'vector', tiles: ['/t/{z}/{x}/{y}'], maxzoom: 14, bounds: [1, 2, 3, 4]}},
    metadata: {'groundrule:patterns': {p: [4, ['#000', 1, 'M0 0L4 4']]}},
    layers: [
      {id: 'background', type: 'background', paint: {'background-color': '#dfe9ee'}},
      {id: 'green-wedge--1', type: 'fill', 'source-layer': 'green-wedge', metadata: {'groundrule:layer': {group: 'proposals', title: {en: 'Green wedges'}}}, paint: {'fill-pattern': 'p'}},
      {id: 'green-wedge--2', type: 'line', 'source-layer': 'green-wedge', minzoom: 9, maxzoom: 12, paint: {}},
      {id: 'hidden--1', type: 'line', 'source-layer': 'hidden', layout: {visibility: 'none'}},
    ],
  });
  assert.equal(style.background, '#dfe9ee');
  assert.equal(style.deepest, 14);
  assert.deepEqual(style.layers.map(({id, owner}) => [id, owner]), [['green-wedge--1', 'green-wedge'], ['green-wedge--2', 'green-wedge']]);
  assert.deepEqual([...style.owners.keys()], ['green-wedge']);
  assert.deepEqual([8.9, 9, 11.9, 12].map((zoom) => drawnAt(style.layers[1], zoom)), [false, true, true, false]);
  assert.equal(style.layers[0].key, style.layers[1].key, 'the same source and filter make the same path');
});
