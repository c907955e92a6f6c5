// What every test in a browser needs: the sample map served by the built program, and a Chromium.
//
// In: GROUNDRULE, a path to the program, else the one that `cargo build` makes. Out: an address on loopback
// and pages that remember what they loaded and complained of. Only what was started here is ended.
import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {after} from 'node:test';

/** Node packages are those of the viewer. */
export const require = createRequire(new URL('../../viewer/package.json', import.meta.url));
const {chromium} = require('playwright-core');

const PROGRAM = process.env.GROUNDRULE || fileURLToPath(new URL('../../target/debug/groundrule', import.meta.url));
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
/** Far more than it takes: a test that waits so long has failed. */
export const PATIENCE_MS = 20_000;

export const PHONE = {width: 375, height: 667}, DESK = {width: 1366, height: 768};

/** Starts a server and waits for the address that it prints. @param {string[]} parameters */
export async function serve(...parameters) {
  const child = spawn(PROGRAM, [...parameters, '--listen', '127.0.0.1:0'], {stdio: ['ignore', 'pipe', 'inherit']});
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const stop = async () => {
    child.kill('SIGINT');
    return ended;
  };
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${PROGRAM} ended with ${code}: ${said}`)));
  });
  return {address, stop, process: child};
}

/** @param {string[]} more flags */
export const launch = (...more) => chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [...FLAGS, ...more]});

/** The demonstration and a browser for all tests of one file. */
export async function demonstration() {
  const [demo, browser] = await Promise.all([serve('demo'), launch()]);
  after(async () => {
    await browser.close();
    await demo.stop();
  });
  return {
    address: demo.address,
    browser,
    /** A page of its own, with what it loaded and what went wrong in it. @param {import('playwright-core').BrowserContextOptions} [options] */
    async page(options = {}) {
      const context = await browser.newContext({viewport: DESK, baseURL: demo.address, ...options});
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      /** @type {string[]} */
      const complaints = [];
      /** @type {import('playwright-core').Request[]} */
      const requests = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => requests.push(request));
      return {page, context, complaints, requests};
    },
  };
}

/** Waits until the live map has taken the still one's place. @param {import('playwright-core').Page} page */
export async function live(page) {
  await page.waitForSelector('#map .viewer:not(.waiting)');
  await page.waitForSelector('#map .still', {state: 'detached'});
}

/** Bytes of a reply on the wire: headers and body, as they came. @param {import('playwright-core').Request} request */
export async function wireBytes(request) {
  const {responseBodySize, responseHeadersSize} = await request.sizes();
  return responseBodySize + responseHeadersSize;
}
