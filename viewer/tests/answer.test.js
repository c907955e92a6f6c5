import assert from 'node:assert/strict';
import test from 'node:test';
import {addressOf} from '../answer.js';

test('what an address says about the answer goes along to the next place, and nothing else', () => {
  assert.equal(addressOf('/at/52.6,-4.3', '?on=2020-01-01&utm=x&layers=a,b'), '/at/52.6,-4.3?on=2020-01-01&layers=a%2Cb');
  assert.equal(addressOf('/cy/at/52.6,-4.3?on=2021-01-01', '?on=2020-01-01'), '/cy/at/52.6,-4.3?on=2021-01-01');
});
