import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import test from 'node:test';

const modules = new URL('../', import.meta.url), messages = new URL('../../src/page/messages/', import.meta.url);

/** Keys of the viewer's sections (`[viewer]`, in Welsh `[checked.viewer]` and `[unchecked.viewer]`), with their sentences. @param {string} lang */
function viewerWords(lang) {
  const catalogue = readFileSync(new URL(`${lang}.toml`, messages), 'utf8');
  const sections = catalogue.matchAll(/^\[(?:\w+\.)?viewer\]\n([\s\S]*?)(?=^\[|(?![\s\S]))/gm);
  return new Map([...sections].flatMap(([, section]) => [...section.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, words]) => [key, words])));
}

const code = readdirSync(modules).filter((file) => file.endsWith('.js')).map((file) => readFileSync(new URL(file, modules), 'utf8')).join('\n');
/** Keys that stand in the code as something said. */
const asked = new Set([...code.matchAll(/(?:\b(?:text|tell|say|does)\(|said: |button\(text, )'(\w+)'/g)].map(([, key]) => key));

const english = viewerWords('en'), welsh = viewerWords('cy');

test('every sentence that the viewer says is in the catalogue, in both languages, with the same values', () => {
  assert.deepEqual([...english.keys()].sort(), [...welsh.keys()].sort());
  for (const [key, words] of english) assert.deepEqual(words.match(/\{\w+\}/g), welsh.get(key).match(/\{\w+\}/g), key);
  assert.ok(asked.size > 25, 'the search above still finds what modules say');
  for (const key of asked) assert.ok(english.has(key), `${key} is not in the catalogue`);
  for (const key of english.keys())
    assert.ok(asked.has(key) || /^group_(proposals|constraints|boundary|context)$/.test(key) || new RegExp(`['.]${key}\\b`).test(code), `${key} is said nowhere`);
});
