// A site: typed without a script, drawn by mouse, finger and keyboard; the red line; no fault for axe; its bytes.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {DESK, PHONE, demonstration, live, require, wireBytes} from './demo.mjs';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const demo = await demonstration();
const POINTS = '239250,307300;239390,307310;239380,307420;239240,307400';
const SITE = `/site?points=${POINTS}`;
const DRAW_BUDGET = 10_240;

/** The faults that axe finds, told with the element. @param {import('playwright-core').Page} page */
async function faults(page) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  return violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
}

/** A page with its live map, and a drawing begun. @param {string} path @param {import('playwright-core').BrowserContextOptions} [options] */
async function begun(path, options = {}) {
  const opened = await demo.page(options);
  await opened.page.goto(path);
  await live(opened.page);
  await opened.page.locator('#map .draw').click();
  await opened.page.locator('.drawing').waitFor();
  return opened;
}

/** Places on the page, by shares of the map. @param {import('playwright-core').Page} page */
async function spots(page) {
  const {x, y, width, height} = await page.locator('#map .sheet').boundingBox();
  return (across, down) => [x + width * across, y + height * down];
}

/** The corners in the address that the page went to. @param {import('playwright-core').Page} page */
async function asked(page) {
  await page.waitForURL(/\/site\?points=/);
  return new URL(page.url()).searchParams.get('points').split(';').map((pair) => pair.split(',').map(Number));
}

for (const [prefix, area] of [['', /^Site of 1\.49 hectares/], ['/cy', /^Safle o 1\.49 hectar/]])
  test(`corners are typed and answered without a script: ${prefix || 'in English'}`, async () => {
    const {page, context} = await demo.page({viewport: PHONE, javaScriptEnabled: false});
    await page.goto(`${prefix}/site`);
    await page.fill('#geometry', POINTS.replaceAll(';', '\n'));
    await page.click('form.stacked button');
    assert.match(page.url(), new RegExp(`${prefix}/site\\?points=`));
    assert.match(await page.locator('h1').textContent(), area);
    assert.ok(await page.locator('.still use[href="#site"]').count(), 'the red line is on the still map');
    await page.goto(`${prefix}/site`);
    await page.fill('#geometry', 'here');
    await page.click('form.stacked button');
    assert.equal(await page.inputValue('#geometry'), 'here');
    assert.equal(await page.locator('#geometry').getAttribute('aria-invalid'), 'true');
    await context.close();
  });

test('a mouse puts corners, moves one, takes one back and finishes on the first', async () => {
  const {page, context, complaints} = await begun('/at/239300,307345');
  const at = await spots(page);
  for (const spot of [[0.3, 0.3], [0.6, 0.3], [0.6, 0.6], [0.2, 0.8]]) {
    await page.mouse.click(...at(...spot));
    await page.waitForTimeout(60);
  }
  assert.equal(await page.locator('.site-line .knob').count(), 4);
  await page.click('.drawing .undo');
  assert.equal((await page.inputValue('#drawing-corners')).split('\n').length, 3);
  const before = await page.inputValue('#drawing-corners');
  // The button may have been scrolled to.
  const now = await spots(page);
  await page.mouse.move(...now(0.6, 0.6));
  await page.mouse.down();
  await page.mouse.move(...now(0.5, 0.7), {steps: 4});
  await page.mouse.up();
  const after = (await page.inputValue('#drawing-corners')).split('\n');
  assert.notEqual(after[2], before.split('\n')[2], 'the third corner moved');
  assert.deepEqual(after.slice(0, 2), before.split('\n').slice(0, 2), 'and no other');
  assert.match(await page.locator('.drawing .size').textContent(), /hectares/);
  await page.mouse.click(...now(0.3, 0.3));
  const corners = await asked(page);
  assert.equal(corners.length, 3);
  assert.deepEqual(corners.map(String), after.map(String));
  await live(page);
  assert.match(await page.locator('h1').textContent(), /^Site of/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a double click ends the line', async () => {
  const {page, context} = await begun('/at/239300,307345');
  const at = await spots(page);
  await page.mouse.click(...at(0.3, 0.3));
  await page.mouse.click(...at(0.6, 0.3));
  await page.mouse.dblclick(...at(0.6, 0.6));
  assert.equal((await asked(page)).length, 3);
  await context.close();
});

test('a mouse that drags moves the map and puts no corner', async () => {
  const {page, context} = await begun('/at/239300,307345');
  const at = await spots(page);
  await page.mouse.move(...at(0.5, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.7, 0.6), {steps: 5});
  await page.mouse.up();
  assert.equal(await page.locator('.site-line .knob').count(), 0);
  await context.close();
});

test('a finger puts corners on a phone, and the buttons do the rest', async () => {
  const {page, context, complaints} = await begun('/cy/at/239300,307345', {viewport: PHONE, hasTouch: true, isMobile: true});
  await page.locator('#map .sheet').scrollIntoViewIfNeeded();
  const at = await spots(page);
  for (const spot of [[0.3, 0.3], [0.7, 0.3], [0.6, 0.6]]) {
    await page.touchscreen.tap(...at(...spot));
    await page.waitForTimeout(400);
  }
  assert.equal(await page.locator('.site-line .knob').count(), 3);
  await page.locator('.drawing .finish').tap();
  assert.equal((await asked(page)).length, 3);
  assert.ok(page.url().includes('/cy/site?'));
  assert.deepEqual(complaints, []);
  await context.close();
});

test('keys alone put corners in the middle of the map, take one back and finish', async () => {
  const {page, context} = await demo.page();
  await page.goto('/at/239300,307345');
  await live(page);
  await page.locator('#map .draw').focus();
  await page.keyboard.press('Enter');
  await page.locator('.drawing').waitFor();
  assert.ok(await page.locator('#map .sheet').evaluate((sheet) => sheet === document.activeElement), 'the map has the focus');
  const rest = () => page.waitForTimeout(700);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await rest();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await rest();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowLeft');
  await rest();
  await page.keyboard.press('Space');
  await page.keyboard.press('Backspace');
  await page.waitForFunction(() => /Corners left: 3/.test(document.getElementById('status').textContent));
  assert.equal(await page.locator('.site-line .knob').count(), 3);
  await page.locator('.drawing .finish').focus();
  await page.keyboard.press('Enter');
  assert.equal((await asked(page)).length, 3);
  await context.close();
});

test('Escape ends the drawing and gives the focus back; a corner too few is said', async () => {
  const {page, context} = await begun('/');
  await page.locator('.drawing .finish').click();
  assert.ok(await page.locator('#drawing-wrong').isVisible());
  await page.locator('#map .sheet').focus();
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.drawing').count(), 0);
  assert.ok(await page.locator('#map .draw').evaluate((button) => button === document.activeElement));
  await context.close();
});

test('typed corners are drawn and sent as they were typed', async () => {
  const {page, context} = await begun('/site');
  await page.fill('#drawing-corners', POINTS.replaceAll(';', '\n'));
  assert.match(await page.locator('.drawing .size').textContent(), /1\.4[89] hectares/);
  await page.click('.drawing .finish');
  await page.waitForURL(/\/site\?points=/);
  assert.equal(new URL(page.url()).searchParams.get('points'), POINTS);
  await context.close();
});

test('a site too long for an address goes as a form', async () => {
  const {page, context} = await begun('/site');
  const corners = Array.from({length: 200}, (_, step) => {
    const angle = (step / 200) * 2 * Math.PI;
    return `${(239300 + 100 * Math.cos(angle)).toFixed(3)},${(307345 + 100 * Math.sin(angle)).toFixed(3)}`;
  });
  await page.fill('#drawing-corners', corners.join('\n'));
  await page.click('.drawing .finish');
  await page.locator('h1', {hasText: 'Site of 3.14 hectares'}).waitFor();
  assert.equal(new URL(page.url()).search, '');
  await context.close();
});

test('the drawing of an answered site begins with its corners', async () => {
  const {page, context} = await begun(SITE);
  assert.equal(await page.locator('.site-line .knob').count(), 4);
  await context.close();
});

for (const prefix of ['', '/cy'])
  test(`axe finds nothing on a site's pages, nor while one is drawn: ${prefix || 'in English'}`, async () => {
    for (const viewport of [PHONE, DESK]) {
      const {page, context} = await demo.page({viewport, bypassCSP: true});
      for (const path of [SITE, '/site', '/site?points=1,2;3']) {
        await page.goto(prefix + path);
        await live(page);
        assert.deepEqual(await faults(page), [], path);
        for (const summary of await page.locator('summary').all()) await summary.click();
        assert.deepEqual(await faults(page), [], `${path}, unfolded`);
      }
      await page.locator('#map .draw').click();
      await page.locator('.drawing').waitFor();
      await page.click('.drawing .put');
      await page.click('.drawing .finish');
      assert.deepEqual(await faults(page), [], 'while drawing');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= viewport.width, `${wide} pixels wide`);
      await context.close();
    }
  });

test('what drawing takes comes when it is asked for, and is small', async (t) => {
  const {page, context, requests} = await demo.page();
  await page.goto(SITE);
  await live(page);
  assert.ok(!requests.some((request) => request.url().includes('draw')), 'not before');
  await page.locator('#map .draw').click();
  await page.locator('.drawing').waitFor();
  let spent = 0;
  for (const request of requests.filter((request) => request.url().includes('draw'))) spent += await wireBytes(request);
  t.diagnostic(`${spent} bytes`);
  assert.ok(spent > 0 && spent <= DRAW_BUDGET, `${spent}`);
  await context.close();
});
