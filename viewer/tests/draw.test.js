import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {cornersTyped, siteAddress, squareMetres} from '../draw.js';
import {fromGrid, toGrid} from '../grid.js';

const POINTS = '239250,307300\n239390,307310\n239380,307420\n239240,307400';

test('corners are read as people type them, in degrees or on the Grid', () => {
  assert.deepEqual(cornersTyped('53.28,-3.58\n 53.28 , -3.57\n\n53.29 -3.57;53.3,-3.6', fromGrid), [
    {lat: 53.28, lon: -3.58}, {lat: 53.28, lon: -3.57}, {lat: 53.29, lon: -3.57}, {lat: 53.3, lon: -3.6},
  ]);
  const [first] = cornersTyped(POINTS, fromGrid);
  const back = toGrid(first);
  assert.ok(Math.hypot(back.e - 239250, back.n - 307300) < 0.01);
  for (const typed of ['53.28', '53.28,-3.58,4', 'here', '53.28,x']) assert.equal(cornersTyped(typed, fromGrid), undefined, typed);
  assert.deepEqual(cornersTyped('', fromGrid), []);
});

test('a site is measured to a thousandth, whichever way round it is drawn', () => {
  const corners = cornersTyped(POINTS, fromGrid);
  // The program's own answer.
  for (const ring of [corners, [...corners].reverse()]) assert.ok(Math.abs(squareMetres(ring) / 14852.43 - 1) < 1e-3, `${squareMetres(ring)}`);
  assert.equal(squareMetres(corners.slice(0, 2)), 0);
});

test('a site that fits goes into the address with what was asked, and a longer one does not', () => {
  assert.equal(siteAddress('/cy/site', '1.5, 2\n3,4\n5;6', '?on=2020-01-01&q=x&within=50&edition='), '/cy/site?points=1.5,2;3,4;5;6&on=2020-01-01&within=50');
  assert.equal(siteAddress('/site', '1234567.123,1234567.123\n'.repeat(90), ''), undefined);
  assert.equal(siteAddress('/site', '{"type":"Polygon"}', ''), undefined, 'a drawing is sent as a form');
});

test('every sentence of drawing is in the catalogue, in both languages, and is said', () => {
  const code = readFileSync(new URL('../draw.js', import.meta.url), 'utf8');
  const words = (lang) => {
    const catalogue = readFileSync(new URL(`../../src/page/messages/${lang}.toml`, import.meta.url), 'utf8');
    const [, section] = /^\[(?:\w+\.)?drawing\]\n([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(catalogue);
    return new Map([...section.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, said]) => [key, said]));
  };
  const [english, welsh] = [words('en'), words('cy')];
  assert.deepEqual([...english.keys()].sort(), [...welsh.keys()].sort());
  for (const [key, said] of english) assert.deepEqual(said.match(/\{\w+\}/g)?.sort(), welsh.get(key).match(/\{\w+\}/g)?.sort(), key);
  const asked = new Set([...code.matchAll(/(?:\bword\(|press\(|changed\()'(\w+)'/g)].map(([, key]) => key));
  assert.deepEqual([...asked].sort(), [...english.keys()].sort());
});
