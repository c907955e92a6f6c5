import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {figures, fromGrid, gridLines, letters, roundMetres, shiftAt, spacing, toGrid} from '../grid.js';
import {project, toScreen} from '../view.js';

/** The Ordnance Survey's published points and a table of grid references, where the machine has them. */
const shared = new URL('../../../shared/data/ostn15/', import.meta.url);
const near = (a, b, most) => assert.ok(Math.abs(a - b) <= most, `${a} is not within ${most} of ${b}`);
/** @param {string} name @returns {string[][]} */
const table = (name) => readFileSync(new URL(name, shared), 'latin1').trim().split(/\r?\n/).slice(1).map((line) => line.split(','));
const absent = existsSync(shared) ? false : 'the shared survey data is not here';

test('a place in Conwy lies where its grid reference says, to 5 m, and exactly once the shift is known', () => {
  const place = {lat: 53.28437, lon: -3.58221}, truth = {e: 294614.49, n: 377543.72}, rough = toGrid(place);
  near(rough.e, truth.e, 5);
  near(rough.n, truth.n, 5);
  const shift = shiftAt(place, truth), back = fromGrid({e: truth.e + shift.e, n: truth.n + shift.n});
  near(back.lat, place.lat, 1e-8);
  near(back.lon, place.lon, 1e-8);
});

test('the 40 points of the Ordnance Survey come out within 5 m', {skip: absent}, () => {
  const inputs = table('OSTN15_OSGM15_TestInput_ETRStoOSGB.txt'), outputs = table('OSTN15_OSGM15_TestOutput_ETRStoOSGB.txt');
  assert.equal(inputs.length, 40);
  inputs.forEach(([, lat, lon], i) => {
    const {e, n} = toGrid({lat: +lat, lon: +lon});
    near(e, +outputs[i][1], 5);
    near(n, +outputs[i][2], 5);
  });
});

test('squares have the letters of the table', {skip: absent}, () => {
  const rows = readFileSync(new URL('gridref_vectors.csv', shared), 'utf8').trim().split(/\r?\n/).slice(1);
  let seen = 0;
  for (const row of rows) {
    const [, text, e, n] = /^"?(.*?)"?,(\d+),(\d+),yes/.exec(row) || [];
    if (!text || !/^[a-z]{2}/i.test(text)) continue;
    assert.equal(letters({e: +e, n: +n}), text.slice(0, 2).toUpperCase(), row);
    seen++;
  }
  assert.ok(seen > 3);
});

test('outside the Grid there are no letters', () => {
  assert.equal(letters({e: -1, n: 5}), '');
  assert.equal(letters({e: 7e5, n: 5}), '');
  assert.equal(letters({e: 5, n: 13e5}), '');
});

test('lines stand at least 80 pixels apart, at 100 m to 100 km', () => {
  assert.equal(spacing(1.2), 100);
  assert.equal(spacing(1.3), 1000);
  assert.equal(spacing(60), 10000);
  assert.equal(spacing(9000), 100000);
});

test('a line is named by its figures in its 100 km square', () => {
  assert.equal(figures(294600, 100), '946');
  assert.equal(figures(377000, 1000), '77');
  assert.equal(figures(305000, 1000), '05');
  assert.equal(figures(380000, 10000), '8');
});

test('lines of a view pass where the Grid says they do', () => {
  const place = {lat: 53.28437, lon: -3.58221}, view = {...project(place), zoom: 15, width: 400, height: 300};
  const shift = shiftAt(place, {e: 294614.49, n: 377543.72}), grid = gridLines(view, shift);
  assert.equal(grid.step, 1000 / 10 ** (80 * 1.43 <= 100 ? 1 : 0));
  const line = grid.lines.find(({metres, east}) => east && metres === 295000);
  const middle = toScreen(view, line.points[0]).x * 0.5 + toScreen(view, line.points[1]).x * 0.5;
  near(middle, 200 + 385.51 / 1.429, 8);
  assert.equal(gridLines(view, shift, grid), grid, 'nothing is computed twice');
});

test('far from Britain there is no line', () => {
  assert.equal(gridLines({...project({lat: 10, lon: 60}), zoom: 12, width: 400, height: 300}, {e: 0, n: 0}).lines.length, 0);
});

test('a scale bar is 1, 2 or 5 and noughts', () => {
  assert.deepEqual([9, 19, 49.9, 50, 120, 999, 1000].map(roundMetres), [5, 10, 20, 50, 100, 500, 1000]);
});
