import assert from 'node:assert/strict';
import test from 'node:test';
import {besideMark, straightest, wrap} from '../labels.js';

test('a name stands in the middle of a straight line, upright', () => {
  const found = straightest([{x: 0, y: 0}, {x: 200, y: 0}], 50, 3);
  assert.deepEqual(found, {x: 100, y: 0, angle: 0});
  const back = straightest([{x: 200, y: 0}, {x: 0, y: 0}], 50, 3);
  assert.ok(Math.abs(Math.sin(back.angle)) < 1e-9 && Math.cos(back.angle) > 0);
});

test('a bend in the middle sends it to a straight end', () => {
  const line = [{x: 0, y: 0}, {x: 100, y: 0}, {x: 100, y: 100}];
  const found = straightest(line, 60, 3);
  assert.ok(found && (found.y === 0 || found.x === 100), JSON.stringify(found));
});

test('a line that is too short or too crooked has no name', () => {
  assert.equal(straightest([{x: 0, y: 0}, {x: 20, y: 0}], 50, 3), undefined);
  assert.equal(straightest([{x: 0, y: 0}], 5, 3), undefined);
  const zigzag = Array.from({length: 20}, (_, i) => ({x: i * 10, y: i % 2 ? 40 : 0}));
  assert.equal(straightest(zigzag, 80, 3), undefined);
});

test('a long name is broken at spaces, never inside a word', () => {
  const measure = (words) => words.length;
  assert.deepEqual(wrap('Abergwaelod Old Town and Harbour', 16, measure), ['Abergwaelod Old', 'Town and Harbour']);
  assert.deepEqual(wrap('Llanfairpwllgwyngyll', 5, measure), ['Llanfairpwllgwyngyll']);
});

test('a name that would lie on the mark of the place stands below it', () => {
  const mark = {x: 100, y: 100};
  assert.equal(besideMark({x: 110, y: 95}, 80, 20, mark), 129);
  assert.equal(besideMark({x: 110, y: 60}, 80, 20, mark), 60, 'clear of it');
  assert.equal(besideMark({x: 300, y: 95}, 80, 20, mark), 95);
  assert.equal(besideMark({x: 110, y: 95}, 80, 20), 95, 'no mark');
});
