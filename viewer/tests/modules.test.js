import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import test from 'node:test';

const folder = new URL('../', import.meta.url);
const modules = readdirSync(folder).filter((name) => name.endsWith('.js'))
  .map((name) => ({name, text: readFileSync(new URL(name, folder), 'utf8')}));

/** Names declared at the top of a module, also several in one statement. @param {string} text */
function topNames(text) {
  const names = [];
  for (const [, kind, rest] of text.matchAll(/^(?:export )?(?:async )?(const|let|function\*?) (.*(?:\n(?=[ }\])]).*)*)/gm)) {
    if (kind.startsWith('function')) names.push(/^\w+/.exec(rest)[0]);
    else {
      // Outside every bracket and string, a comma starts the next name.
      let depth = 0, flat = '';
      for (const letter of rest.replace(/'[^'\n]*'|`[^`]*`|\/\/.*|\/\*[\s\S]*?\*\//g, '')) {
        if ('([{'.includes(letter)) depth++;
        if (!depth) flat += letter;
        if (')]}'.includes(letter)) depth--;
      }
      names.push(...flat.split(',').map((part) => /^\s*(\w+) =/.exec(part)?.[1]).filter(Boolean));
    }
  }
  return names;
}

test('no name stands at the top of two modules, for they are sent as one', () => {
  const seen = new Map();
  for (const {name, text} of modules)
    for (const top of topNames(text)) {
      assert.equal(seen.get(top), undefined, `${top} in ${name}`);
      seen.set(top, name);
    }
  assert.ok(seen.size > 80 && seen.has('openMap') && seen.has('MAX_ZOOM') && seen.has('INK'));
});

test('modules import by name from files beside them, and none in a circle', () => {
  const links = new Map(modules.map(({name, text}) => [name, [...text.matchAll(/^import \{[^}]+\} from '\.\/([\w.]+)';$/gm)].map(([, file]) => file)]));
  for (const {name, text} of modules) assert.equal(links.get(name).length, [...text.matchAll(/^import\b/gm)].length, name);
  const visit = (name, above) => {
    assert.ok(!above.includes(name), [...above, name].join(' → '));
    for (const next of links.get(name)) visit(next, [...above, name]);
  };
  visit('viewer.js', []);
});

test('a line that begins a comment ends one or holds nothing else, so that comments can be taken off by the line', () => {
  for (const {name, text} of modules) {
    let inside = false;
    for (const line of text.split('\n').map((each) => each.trim())) {
      if (inside) assert.ok(/^\*/.test(line), `${name}: ${line}`);
      if (inside || line.startsWith('/*')) inside = !line.endsWith('*/');
    }
  }
});

test('no module asks anything of another host, keeps anything, or parses what it did not get from us', () => {
  for (const {name, text} of modules) {
    assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|document\.cookie|\beval\b/, name);
    for (const [address] of text.matchAll(/https?:\/\/[^'"`\s]+/g)) assert.ok(['http://www.w3.org/2000/svg', 'http://x'].includes(address), `${name}: ${address}`);
  }
});
