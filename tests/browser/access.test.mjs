// axe-core on every page and state, in both languages.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {PHONE, demonstration, live, require} from './demo.mjs';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const demo = await demonstration();

/** The faults that axe finds, told with the element. @param {import('playwright-core').Page} page */
async function faults(page) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  return violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
}

const PAGES = [
  '/', '/at/240262,305398', '/at/239300,307345', '/at/SH402053', '/at/CG1%201AA', '/at/244700,312150', '/at/52.9,-5',
  '/at/240262,305398?on=1990-01-01', '/area/conservation-area/CA/1', '/policy/ldp-2018/CTH/2', '/search?q=stryd', '/search?q=conservation',
  '/search?q=zzz', '/search', '/at/CG7%201GL', '/at/245644,303841', '/at/nowhere', '/area/conservation-area/NOT', '/nothing',
  '/editions', '/changes/current/current',
];

for (const prefix of ['', '/cy'])
  for (const path of PAGES)
    test(`axe finds nothing on ${prefix}${path}`, async () => {
      const {page, context} = await demo.page({viewport: PHONE, bypassCSP: true});
      await page.goto(prefix + path);
      if (await page.locator('#map[data-words]').count()) await live(page);
      assert.deepEqual(await faults(page), []);
      for (const summary of await page.locator('summary').all()) await summary.click();
      const key = page.locator('#map .tools .key');
      if (await key.count()) await key.click();
      assert.deepEqual(await faults(page), [], 'with everything unfolded');
      await context.close();
    });

for (const colorScheme of /** @type {const} */ (['dark', 'light']))
  test(`axe finds nothing where the screen is ${colorScheme} and wide`, async () => {
    const {page, context} = await demo.page({colorScheme, bypassCSP: true});
    await page.goto('/at/240262,305398');
    await live(page);
    assert.deepEqual(await faults(page), []);
    await context.close();
  });

test('axe finds nothing where the map stands still', async () => {
  const {page, context} = await demo.page({bypassCSP: true});
  await page.route('**/viewer/**', (route) => route.abort());
  for (const path of ['/', '/at/240262,305398', '/cy/at/CG1%201AA', '/at/SH402053']) {
    await page.goto(path);
    assert.ok(await page.locator('.still svg').isVisible(), path);
    assert.deepEqual(await faults(page), [], path);
  }
  await context.close();
});

test('a page at 320 pixels, as at 400 % zoom, scrolls in one direction only', async () => {
  const {page, context} = await demo.page({viewport: {width: 320, height: 256}});
  for (const path of PAGES.flatMap((path) => [path, `/cy${path}`])) {
    await page.goto(path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 320, `${path} is ${wide} pixels wide`);
  }
  await context.close();
});

test('everything on a page can be reached by keyboard, and what has the focus is seen', async () => {
  const {page, context} = await demo.page();
  await page.goto('/at/240262,305398');
  await live(page);
  const reached = new Set();
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(() => {
      const element = document.activeElement, box = element?.getBoundingClientRect(), style = element && getComputedStyle(element);
      if (!element || element === document.body) return undefined;
      const name = element.id || element.className || element.textContent?.trim().slice(0, 30) || element.tagName;
      // The map's outline stands inside it, over what is drawn.
      const outlined = style.outlineStyle !== 'none' || getComputedStyle(element, '::after').borderTopStyle === 'solid';
      return {name, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && outlined};
    });
    if (!now) break;
    reached.add(now.name);
    assert.ok(now.seen, `${now.name} has the focus and is not seen to have it`);
  }
  for (const name of ['q', 'sheet', 'zoom_in', 'key', 'twin']) assert.ok(reached.has(name), `${name} among ${[...reached].join(', ')}`);
  await context.close();
});
