import assert from 'node:assert/strict';
import test from 'node:test';
import {openAsker} from '../suggest.js';

/** A server that answers when it is told to. */
function server() {
  const asked = [], waiting = [], shown = [];
  const asker = openAsker((text) => {
    asked.push(text);
    return new Promise((resolve, reject) => waiting.push({resolve, reject}));
  }, (list) => shown.push(list));
  const answer = async (list) => {
    assert.equal(waiting.length, 1, 'one request at a time');
    waiting.shift().resolve(list);
    await new Promise(setImmediate);
  };
  const fail = async () => {
    waiting.shift().reject(new Error('the line is gone'));
    await new Promise(setImmediate);
  };
  return {...asker, asked, waiting, shown, answer, fail};
}

test('while one request is on its way no other is sent, and the latest text is asked for next', async () => {
  const {ask, asked, shown, answer} = server();
  ask('ab');
  ask('abe');
  ask('aber');
  assert.deepEqual(asked, ['ab']);
  await answer('[ab]');
  assert.deepEqual(asked, ['ab', 'aber'], 'the one between is never asked for');
  assert.deepEqual(shown, [], 'what came too late is not shown');
  await answer('[aber]');
  assert.deepEqual(shown, ['[aber]']);
});

test('what was answered once is not asked for again', async () => {
  const {ask, asked, shown, answer} = server();
  ask('ab');
  await answer('[ab]');
  ask('abe');
  await answer('[abe]');
  ask('ab');
  assert.deepEqual([asked, shown], [['ab', 'abe'], ['[ab]', '[abe]', '[ab]']]);
});

test('a single letter asks nobody and takes the list away', async () => {
  const {ask, asked, shown, answer} = server();
  ask('ab');
  ask('a');
  await answer('[ab]');
  assert.deepEqual([asked, shown.at(-1)], [['ab'], '']);
});

test('what fails shows nothing and is asked for again', async () => {
  const {ask, asked, shown, fail, answer} = server();
  ask('ab');
  await fail();
  assert.deepEqual(shown, ['']);
  ask('ab');
  await answer('[ab]');
  assert.deepEqual([asked, shown], [['ab', 'ab'], ['', '[ab]']]);
});

test('what nobody waits for any more is not shown', async () => {
  const {ask, forget, shown, answer, asked} = server();
  ask('ab');
  forget();
  await answer('[ab]');
  assert.ok(!shown.includes('[ab]'), `${shown}`);
  assert.deepEqual(asked, ['ab']);
});

test('a long session keeps a bounded number of answers', async () => {
  const {ask, asked, answer} = server();
  for (let at = 0; at < 100; at++) {
    ask(`text ${at}`);
    await answer('[]');
  }
  ask('text 99');
  ask('text 0');
  assert.equal(asked.length, 101, 'the oldest is asked for again, the newest is not');
  await answer('[]');
});
