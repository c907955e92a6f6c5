// The search field suggests while one types: in time on a slow line, one request at a time, by keyboard, finger and mouse, in both languages.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {DESK, PHONE, demonstration, require} from './demo.mjs';

/** A slow mobile line: 400 ms there and back, 400 kbit/s either way. */
const SLOW = {offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000};
/** From the last key: the line's own time, and 300 ms. */
const IN_TIME_MS = 400 + 300;

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const demo = await demonstration();

const option = '#suggestions [role=option]';
const suggestions = (requests) => requests.filter((request) => request.url().includes('part=suggestions'));
/** The field is ready once its script has run. */
const ready = (page) => page.waitForSelector('#q[role=combobox]');

for (const prefix of ['', '/cy'])
  test(`${prefix || '/en'}: on a line of 400 ms the list stands 300 ms after that, and nothing moves`, async (t) => {
    const {page, context, requests, complaints} = await demo.page({viewport: PHONE});
    await page.goto(`${prefix}/search?q=zzz`);
    await ready(page);
    const line = await context.newCDPSession(page);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', SLOW);
    await page.evaluate(() => {
      globalThis.times = {key: 0, list: 0, shift: 0};
      document.getElementById('q').addEventListener('keydown', () => times.key = performance.now());
      new MutationObserver(() => {
        if (document.querySelector('#suggestions li')) times.list ||= performance.now();
      }).observe(document.querySelector('form'), {childList: true, subtree: true});
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => times.shift += entry.value)).observe({type: 'layout-shift', buffered: false});
    });
    await page.fill('#q', '');
    await page.locator('#q').pressSequentially('stryd', {delay: 90});
    await page.waitForSelector(option);
    const {key, list, shift} = await page.evaluate(() => times);
    t.diagnostic(`${Math.round(list - key)} ms after the last key`);
    assert.ok(list - key <= IN_TIME_MS, `${list - key} ms`);
    assert.ok(list - key >= 400, 'the line was slow');
    assert.equal(shift, 0);
    assert.equal(suggestions(requests).length, 1, 'no request for each letter');
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(complaints, []);
    const said = await page.locator('#status').textContent();
    assert.match(said, prefix ? /awgrym/ : /suggestions/);
    await context.close();
  });

test('while one answer is on its way no other is asked for, and the list is that of the last text', async () => {
  const {page, context, requests} = await demo.page();
  await page.goto('/search?q=zzz');
  await ready(page);
  let open = 0, most = 0;
  await page.route('**/search?*part=suggestions', async (route) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 700));
    open--;
    await route.continue();
  });
  await page.fill('#q', '');
  // Slower than the pause, so that letters come while an answer is on its way.
  await page.locator('#q').pressSequentially('harbour', {delay: 260});
  await page.waitForSelector(option);
  assert.match(await page.locator(option).first().textContent(), /^Harbour/);
  assert.equal(most, 1);
  assert.match(suggestions(requests).at(-1).url(), /q=harbour&/);
  assert.ok(suggestions(requests).length < 5, `${suggestions(requests).length} requests`);
  const before = suggestions(requests).length;
  await page.keyboard.press('Backspace');
  await page.keyboard.type('r');
  await page.waitForTimeout(500);
  assert.equal(suggestions(requests).length, before, 'what was answered is not asked for again');
  await context.close();
});

test('arrows, Enter and Escape work as in any combobox', async () => {
  const {page, context} = await demo.page();
  await page.goto('/search?q=zzz');
  await ready(page);
  const field = page.locator('#q');
  const attribute = (name) => field.getAttribute(name);
  assert.equal(await attribute('aria-expanded'), 'false');
  await field.fill('stryd');
  await page.waitForSelector(option);
  assert.equal(await attribute('aria-expanded'), 'true');
  assert.equal(await attribute('aria-activedescendant'), null);
  const count = await page.locator(option).count();
  assert.equal(count, 8);
  await page.keyboard.press('ArrowDown');
  assert.equal(await attribute('aria-activedescendant'), 'suggestion-1');
  assert.equal(await page.locator('[aria-selected=true]').getAttribute('id'), 'suggestion-1');
  await page.keyboard.press('ArrowUp');
  assert.equal(await attribute('aria-activedescendant'), null, 'the text itself');
  await page.keyboard.press('ArrowUp');
  assert.equal(await attribute('aria-activedescendant'), `suggestion-${count}`);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#suggestions').count(), 0);
  assert.deepEqual([await attribute('aria-expanded'), await field.inputValue()], ['false', 'stryd']);
  await field.fill('stryd f');
  await page.waitForSelector(option);
  await page.keyboard.press('ArrowDown');
  const path = await page.locator(`${option}[aria-selected=true]`).getAttribute('data-path');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === decodeURI(path) || url.pathname === path);
  await page.goto('/search?q=zzz');
  await ready(page);
  await page.locator('#q').fill('stryd');
  await page.waitForSelector(option);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/search?q=stryd');
  await context.close();
});

test('a finger chooses, what leads on by itself and what is unknown shows no list, and leaving the field takes it away', async () => {
  const {page, context} = await demo.page({viewport: PHONE, hasTouch: true});
  await page.goto('/cy/');
  await ready(page);
  const field = page.locator('#q');
  for (const typed of ['52.62278,-4.36125', 'SH 402 053', 'zzzz', 'S']) {
    await field.fill(typed);
    await page.waitForTimeout(600);
    assert.equal(await page.locator('#suggestions').count(), 0, typed);
  }
  await field.fill('CG1 1A');
  await page.waitForSelector(option);
  await page.locator('.who span').tap();
  assert.equal(await page.locator('#suggestions').count(), 0);
  await field.fill('');
  await field.fill('rhodfa');
  await page.waitForSelector(option);
  for (const box of await page.locator(option).all()) assert.ok((await box.boundingBox()).height >= 24);
  await page.locator(option).first().tap();
  await page.waitForURL('**/cy/at/**');
  await context.close();
});

for (const [prefix, viewport] of [['', PHONE], ['/cy', PHONE], ['', DESK], ['/cy', DESK]])
  test(`axe finds nothing in the open list on ${prefix || '/en'} ${viewport.width} pixels wide, and it stays on the page`, async () => {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const {page, context} = await demo.page({viewport, bypassCSP: true, colorScheme});
      await page.goto(`${prefix}/at/240262,305398`);
      await ready(page);
      await page.locator('#q').fill('stryd');
      await page.waitForSelector(option);
      await page.keyboard.press('ArrowDown');
      if (process.env.SHOTS) await page.screenshot({path: `${process.env.SHOTS}/suggest${prefix.replace('/', '-')}-${viewport.width}-${colorScheme}.png`});
      await page.evaluate(axe);
      const {violations} = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
      assert.deepEqual(violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`)), []);
      const {left, right} = await page.locator('#suggestions').evaluate((list) => list.getBoundingClientRect());
      assert.ok(left >= 0 && right <= viewport.width, `${left} to ${right}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await context.close();
    }
  });

test('without a script the form finds the same', async () => {
  const {page, context} = await demo.page({javaScriptEnabled: false});
  for (const prefix of ['', '/cy']) {
    await page.goto(`${prefix}/`);
    await page.fill('#q', 'stryd');
    await page.locator('form button').click();
    await page.waitForURL(`**${prefix}/search?q=stryd`);
    assert.ok(await page.locator('main li a').count() > 3);
    if (process.env.SHOTS) await page.screenshot({path: `${process.env.SHOTS}/search${prefix.replace('/', '-')}.png`});
  }
  await context.close();
});
