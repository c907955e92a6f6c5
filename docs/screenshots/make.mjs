// Makes the pictures of the README from the sample map: `node docs/screenshots/make.mjs`.
//
// In: GROUNDRULE, a path to the program, else the release build; a Chromium. Out: the five pictures beside this file.
// Where ImageMagick is installed they get a palette, which halves them.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

process.env.GROUNDRULE ||= fileURLToPath(new URL('../../target/release/groundrule', import.meta.url));
const {DESK, PHONE, launch, live, serve} = await import('../../tests/browser/demo.mjs');

/** The High Street by the harbour; the land that the plan at deposit would build on. */
const HARBOUR = '/at/240262,305398', DEPOSIT = '/at/237800,306150';
const PHONE_OPTIONS = {viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true};
/** Colours that a picture keeps. */
const COLOURS = '96';

/** Scrolls so that an element stands so many pixels under the top. @param {import('playwright-core').Page} page @param {string} selector @param {number} under */
const scrollTo = (page, selector, under) =>
  page.evaluate(([found, pixels]) => scrollBy(0, document.querySelector(found).getBoundingClientRect().top - pixels), [selector, under]);

/** @type {{name: string, path: string, options: import('playwright-core').BrowserContextOptions, pose?: (page: import('playwright-core').Page) => Promise<unknown>}[]} */
const PICTURES = [
  {name: 'desk', path: HARBOUR, options: {viewport: DESK}},
  {name: 'desk-plans', path: DEPOSIT, options: {viewport: DESK}},
  {name: 'phone', path: HARBOUR, options: PHONE_OPTIONS},
  {name: 'phone-welsh', path: `/cy${DEPOSIT}`, options: PHONE_OPTIONS, pose: (page) => scrollTo(page, '#map', 250)},
  {name: 'phone-key', path: HARBOUR, options: PHONE_OPTIONS, pose: lookUpAndOpenKey},
];

/** Wakes the map, looks a place up, opens the key. @param {import('playwright-core').Page} page */
async function lookUpAndOpenKey(page) {
  await scrollTo(page, '#map', 60);
  const {x, y, width, height} = await page.locator('#map .sheet').boundingBox();
  const tap = () => page.touchscreen.tap(x + width * 0.38, y + height * 0.45);
  await tap();
  await page.waitForSelector('#map.awake');
  await tap();
  await page.waitForFunction((path) => location.pathname !== path, HARBOUR);
  await page.locator('#map .tools .key').click();
  await page.waitForSelector('#map-key legend');
  await scrollTo(page, '#map', 8);
}

/** Waits until the map is drawn and rests. @param {import('playwright-core').Page} page */
async function rest(page) {
  let before = '';
  for (;;) {
    const now = await page.evaluate(() => document.querySelector('#map canvas').toDataURL());
    if (now === before) return;
    before = now;
    await page.waitForTimeout(500);
  }
}

const [demo, browser] = await Promise.all([serve('demo'), launch()]);
for (const {name, path, options, pose} of PICTURES) {
  const context = await browser.newContext({baseURL: demo.address, ...options}), page = await context.newPage();
  await page.goto(path);
  await live(page);
  await rest(page);
  await pose?.(page);
  await rest(page);
  const file = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  await page.screenshot({path: file});
  spawnSync('convert', [file, '+dither', '-colors', COLOURS, '-strip', `PNG8:${file}`]);
  await context.close();
}
await browser.close();
await demo.stop();
