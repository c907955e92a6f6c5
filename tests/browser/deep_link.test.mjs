// The main job: a link is opened, on a phone and on a desk, with and without a script, in both languages.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {DESK, PHONE, demonstration, live} from './demo.mjs';

const demo = await demonstration();
/** The High Street by the harbour of the sample map. */
const PLACE = '/at/240262,305398';

/** What the answer says applies. @param {import('playwright-core').Page} page */
const applying = (page) => page.locator('#answer li.yes h4').allInnerTexts();

for (const [name, viewport] of Object.entries({phone: PHONE, desk: DESK}))
  test(`without a script the page is whole, on a ${name}`, async () => {
    const {page, complaints, requests} = await demo.page({javaScriptEnabled: false, viewport});
    for (const [path, heading, conservation] of [
      [PLACE, 'SH 40262 05398', 'Conservation areas: Abergwaelod Old Town and Harbour'],
      [`/cy${PLACE}`, 'SH 40262 05398', 'Ardaloedd cadwraeth: Hen Dref a Harbwr Abergwaelod'],
    ]) {
      requests.length = 0;
      await page.goto(path);
      assert.equal(await page.locator('h1').innerText(), heading);
      const said = await applying(page);
      assert.ok(said.some((line) => line === conservation), `${path}: ${said.join(' | ')}`);
      assert.ok(await page.locator('#map svg').isVisible(), 'the still map is there');
      assert.ok(await page.locator('#answer .unknown li').first().isVisible(), 'what is not known is there');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= viewport.width, `${path} is ${wide} pixels wide`);
      const loaded = requests.filter((request) => !request.url().startsWith('data:'));
      assert.deepEqual(loaded.map((request) => new URL(request.url()).pathname), [path], 'one request');
    }
    await page.locator('summary').first().click();
    assert.ok(await page.locator('#answer li.no').first().isVisible(), 'what does not apply can be unfolded');
    await page.locator('#twin').click();
    assert.equal(new URL(page.url()).pathname, PLACE, 'the other language is a link');
    await page.fill('#q', 'CG1 1AA');
    await page.locator('form button').click();
    assert.match(new URL(page.url()).pathname, /^\/at\/CG1/, 'the search form needs no script');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

test('a link is opened, the map panned, a place clicked, the language changed and the link copied', async () => {
  const {page, context, complaints} = await demo.page();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(PLACE);
  await live(page);
  assert.equal(new URL(page.url()).hash, '', 'the link as it was sent');
  const first = await applying(page);

  // Panned by mouse, by key and by button; the address bar stays the link to send.
  const sheet = page.locator('#map .sheet');
  const {x, y, width, height} = await sheet.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 - 150, y + height / 2 + 40, {steps: 8});
  await page.mouse.up();
  await page.waitForFunction(() => location.hash.startsWith('#16'));
  const dragged = page.url();
  await sheet.focus();
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction((before) => location.href !== before, dragged);
  await page.keyboard.press('+');
  await page.waitForFunction(() => location.hash.startsWith('#17'));
  await page.waitForFunction(() => document.getElementById('status').textContent === 'Map zoomed in');
  await page.locator('#map .zoom_out').click();
  await page.waitForFunction(() => location.hash.startsWith('#16'));
  assert.deepEqual(await applying(page), first, 'looking round does not change the answer');

  // A click is a look-up: the panel is the server's own page for that place.
  const box = await sheet.boundingBox();
  await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.waitForFunction((before) => location.pathname !== before, PLACE);
  const looked = new URL(page.url());
  assert.match(looked.pathname, /^\/at\/52\.\d+,-4\.\d+$/);
  const panel = await page.locator('#answer h1').innerText();
  const served = await (await context.request.get(looked.pathname)).text();
  assert.ok(served.includes(`<h1>${panel}</h1>`), 'the panel says what the page says');
  assert.ok(await page.locator('#map canvas').first().isVisible(), 'the map stays');

  // Back and forward.
  await page.goBack();
  await page.waitForFunction((path) => location.pathname === path, PLACE);
  await page.waitForFunction(() => document.querySelector('h1').textContent === 'SH 40262 05398');
  await page.goForward();
  await page.waitForFunction((path) => location.pathname === path, looked.pathname);
  await page.waitForFunction((heading) => document.querySelector('h1').textContent === heading, panel);

  // The same place in Welsh, with the same view.
  await page.waitForFunction(() => /** @type {HTMLAnchorElement} */ (document.getElementById('twin')).hash === location.hash);
  const view = new URL(page.url()).hash;
  await page.locator('#twin').click();
  await page.waitForURL((url) => url.pathname === `/cy${looked.pathname}`);
  assert.equal(new URL(page.url()).hash, view, 'the view goes along');
  assert.equal(await page.locator('html').getAttribute('lang'), 'cy');
  await live(page);
  assert.equal(await page.locator('#map .zoom_in').getAttribute('aria-label'), 'Chwyddo mewn');

  // The text for an e-mail holds the link, and is copied whole.
  await page.locator('.actions summary').click();
  await page.locator('.actions textarea + button').click();
  await page.waitForFunction(() => document.getElementById('status').textContent !== '');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const link = copied.match(/https?:\/\/\S+/)?.[0];
  assert.ok(link, copied);
  assert.equal(new URL(link).pathname, `/cy${looked.pathname}`);
  const opened = await page.goto(link);
  assert.equal(opened.status(), 200);
  assert.equal(await page.locator('h1').innerText(), panel);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('on a phone a tap wakes the map, a second one looks a place up, and two fingers zoom', async () => {
  const {page, context, complaints} = await demo.page({viewport: PHONE, hasTouch: true, isMobile: true, deviceScaleFactor: 2});
  await page.goto(PLACE);
  await live(page);
  const sheet = page.locator('#map .sheet');
  await sheet.scrollIntoViewIfNeeded();
  const at = await sheet.boundingBox(), spot = {x: at.x + at.width * 0.7, y: at.y + at.height * 0.3};
  await page.touchscreen.tap(spot.x, spot.y);
  await page.waitForSelector('#map.awake');
  assert.equal(new URL(page.url()).pathname, PLACE, 'the first tap only wakes it');
  await page.touchscreen.tap(spot.x, spot.y);
  await page.waitForFunction((path) => location.pathname !== path, PLACE);
  const box = await sheet.boundingBox();
  assert.ok(Math.abs(box.y - at.y) < 2, `the map stays under the finger: ${at.y} → ${box.y}`);

  const touch = await context.newCDPSession(page), middle = {x: box.x + box.width / 2, y: box.y + box.height / 2};
  const fingers = (apart) => [{x: middle.x - apart, y: middle.y, id: 1}, {x: middle.x + apart, y: middle.y, id: 2}];
  await touch.send('Input.dispatchTouchEvent', {type: 'touchStart', touchPoints: fingers(30)});
  for (const apart of [40, 50, 60]) await touch.send('Input.dispatchTouchEvent', {type: 'touchMove', touchPoints: fingers(apart)});
  await touch.send('Input.dispatchTouchEvent', {type: 'touchEnd', touchPoints: []});
  // Twice as far apart is one zoom more.
  await page.waitForFunction(() => Math.abs(+location.hash.slice(1).split('/')[0] - 17) < 0.05);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the key lists what is in view and switches layers, and no link hides them', async () => {
  const {page, context} = await demo.page();
  await page.goto(PLACE);
  await live(page);
  await page.locator('#map .tools .key').click();
  const key = page.locator('#map-key');
  assert.deepEqual(await key.locator('legend').allInnerTexts(), ['Planning policies', 'Made under other law', 'Boundaries', 'Background']);
  const before = await page.evaluate(() => document.querySelector('#map canvas').toDataURL());
  await key.getByLabel('Conservation areas').uncheck();
  await page.waitForFunction((old) => document.querySelector('#map canvas').toDataURL() !== old, before);
  assert.equal(new URL(page.url()).search, '');
  await page.reload();
  await live(page);
  await page.locator('#map .tools .key').click();
  assert.ok(await page.locator('#map-key').getByLabel('Conservation areas').isChecked(), 'forgotten with the page');
  await context.close();
});

test('where no tile comes the page says so, and the still map and the answer stay', async () => {
  const {page, context} = await demo.page();
  await page.route('**/tiles/**', (route) => route.abort());
  await page.goto(PLACE);
  await page.waitForSelector('#map .note:not([hidden])');
  assert.equal(await page.locator('#map .note').innerText(), 'Parts of the map could not be loaded. The answer is whole.');
  assert.ok((await applying(page)).length > 4);
  assert.ok(await page.locator('#map .still').isVisible());
  // Once they come, the live map takes its place.
  await page.unroute('**/tiles/**');
  await live(page);
  await context.close();
});

test('where nothing can be drawn on, the page stays as it is', async () => {
  const {page, context, requests, complaints} = await demo.page();
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(PLACE);
  await page.waitForLoadState('networkidle');
  assert.ok(await page.locator('#map .still').isVisible());
  assert.equal(await page.locator('#map .viewer').count(), 0);
  assert.ok(requests.every((request) => !request.url().includes('/style.json')));
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a look-up that fails is told over the map, with a link to the page', async () => {
  const {page, context} = await demo.page({viewport: PHONE});
  await page.route('**/at/*part=answer*', (route) => route.abort());
  await page.goto(PLACE);
  await live(page);
  const sheet = page.locator('#map .sheet');
  await sheet.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#map .note a');
  assert.equal(await page.locator('#map .note').innerText(), 'The answer for that place did not come. Open it as a page');
  assert.ok(await page.locator('#map .note a').evaluate((link) => {
    const {top, bottom} = link.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }), 'the link is where the person looks');
  await page.locator('#map .note a').click();
  await page.waitForURL(/\/at\/52\.\d+,-4\.\d+/);
  await context.close();
});

test('a look-up is told with its sentence', async () => {
  const {page, context} = await demo.page();
  await page.goto(PLACE);
  await live(page);
  await page.locator('#map .look_up').click();
  await page.waitForFunction(() => /^SH \d{5} \d{5}\. \d+ policy areas? appl/.test(document.getElementById('status').textContent));
  await context.close();
});

test('where each kilobyte counts a button offers the map, and the focus goes to it', async () => {
  const {page, context, requests} = await demo.page();
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', {value: {saveData: true}}));
  await page.goto(PLACE);
  const button = page.getByRole('button', {name: 'Show the map'});
  await button.focus();
  assert.ok(requests.every((request) => !request.url().includes('/tiles/')));
  await page.keyboard.press('Enter');
  await live(page);
  await page.waitForFunction(() => document.activeElement.className === 'sheet');
  assert.equal(await button.count(), 0);
  await context.close();
});

test('the live map marks every address of a postcode and the outline of a square', async () => {
  const {page, context} = await demo.page();
  /** Whether the map has ink, all but black, at a place. @param {string} place `lat,lon` @param {number} zoom */
  const inked = async (address, place, zoom) => {
    const [lat, lon] = place.split(',');
    await page.goto(`about:blank`);
    await page.goto(`${address}#${zoom}/${lat}/${lon}`);
    await live(page);
    return page.evaluate(() => {
      const canvas = document.querySelector('#map canvas'), x = canvas.width / 2, y = canvas.height / 2;
      return [...canvas.getContext('2d').getImageData(x - 1, y - 1, 3, 3).data].filter((_, i) => i % 4 === 0).some((red) => red < 30);
    });
  };
  for (const [address, name] of [['/at/CG1%201AA', 'dots'], ['/at/SH402053', 'ring']]) {
    await page.goto(address);
    const places = (await page.locator('#answer').getAttribute(`data-${name}`)).split(' ');
    for (const place of [places[0], places[3]]) assert.ok(await inked(address, place, 18), `${address}: ${place}`);
  }
  await context.close();
});
