import assert from 'node:assert/strict';
import test from 'node:test';
import {intent, wheelZoom} from '../hand.js';

const plain = {shiftKey: false, ctrlKey: false, altKey: false, metaKey: false};

test('arrows move the map, with Shift by pixels', () => {
  assert.deepEqual(intent({...plain, key: 'ArrowUp'}), {move: [0, -0.25], said: 'moved_north'});
  assert.deepEqual(intent({...plain, key: 'ArrowRight'}), {move: [0.25, 0], said: 'moved_east'});
  assert.deepEqual(intent({...plain, shiftKey: true, key: 'ArrowLeft'}), {nudge: [-10, 0], said: 'moved_west'});
});

test('plus and minus zoom, Enter looks up, Home goes back', () => {
  for (const key of ['+', '=']) assert.equal(intent({...plain, key}).zoom, 1);
  for (const key of ['-', '_']) assert.equal(intent({...plain, key}).zoom, -1);
  assert.ok(intent({...plain, key: 'Enter'}).lookUp);
  assert.ok(intent({...plain, key: 'Home'}).home);
});

test('every other key, and every chord of the browser, is left alone', () => {
  for (const key of ['Tab', 'Escape', 'a', ' ', 'PageDown', 'F5', 'constructor', '__proto__']) assert.equal(intent({...plain, key}), undefined, key);
  for (const chord of ['ctrlKey', 'altKey', 'metaKey']) assert.equal(intent({...plain, [chord]: true, key: '+'}), undefined);
});

test('a turn of the wheel is at most one zoom, whatever the mouse says', () => {
  assert.equal(wheelZoom({deltaY: -120, deltaMode: 0, ctrlKey: false}), 0.3);
  assert.equal(wheelZoom({deltaY: 1e6, deltaMode: 0, ctrlKey: false}), -1);
  assert.equal(wheelZoom({deltaY: -3, deltaMode: 1, ctrlKey: false}), 0.15);
  assert.ok(wheelZoom({deltaY: -2, deltaMode: 0, ctrlKey: true}) > wheelZoom({deltaY: -2, deltaMode: 0, ctrlKey: false}));
});
