// The style and the tiles in somebody else's renderer: MapLibre draws them without a warning.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {after, test} from 'node:test';
import {PATIENCE_MS, launch, require, serve} from './demo.mjs';

const LIBRARY = new URL('../../viewer/node_modules/maplibre-gl/dist/', import.meta.url);
const PAGE = `<!doctype html><title>MapLibre</title><style>html,body,#map{margin:0;width:600px;height:400px}</style><div id="map"></div>`;

const [demo, browser] = await Promise.all([serve('demo'), launch('--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist')]);

/** Another site, on an origin of its own: a page and the library. */
const site = createServer(async ({url}, reply) => {
  const name = url.match(/^\/([\w-]+\.mjs)/)?.[1];
  reply.setHeader('content-type', name ? 'text/javascript' : 'text/html');
  reply.end(name ? await readFile(new URL(name, LIBRARY)) : PAGE);
}).listen(0, '127.0.0.1');
await once(site, 'listening');

after(async () => {
  site.close();
  await browser.close();
  await demo.stop();
});

test('the style that is served is one that the specification allows', async () => {
  const {validateStyleMin} = await import(require.resolve('@maplibre/maplibre-gl-style-spec'));
  for (const path of ['/style.json', '/style.json?lang=cy']) {
    const style = await (await fetch(demo.address + path)).json();
    assert.deepEqual(validateStyleMin(style), [], path);
  }
});

test('MapLibre draws the style and the tiles without a warning', async () => {
  const page = await browser.newPage({viewport: {width: 600, height: 400}});
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => /warning|error/.test(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  const seen = await page.evaluate(async ({style, patience}) => {
    const errors = [], missing = [];
    const maplibre = await import(`${location.origin}/maplibre-gl.mjs`);
    const map = new maplibre.Map({container: 'map', style, center: [-4.36126, 52.6228], zoom: 15, fadeDuration: 0, attributionControl: false});
    map.on('error', ({error}) => errors.push(error.message));
    map.on('styleimagemissing', ({id}) => missing.push(id));
    await Promise.race([map.once('idle'), new Promise((_, reject) => setTimeout(reject, patience, new Error('never idle')))]);
    const drawn = map.queryRenderedFeatures().map(({sourceLayer}) => sourceLayer);
    return {errors, missing, drawn: [...new Set(drawn)]};
  }, {style: `${demo.address}/style.json`, patience: PATIENCE_MS});
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.missing, []);
  for (const layer of ['conservation-area', 'flood-zone-3', 'building', 'street']) assert.ok(seen.drawn.includes(layer), `${layer} among ${seen.drawn}`);
  assert.deepEqual(complaints.filter((text) => !/GPU stall|GL Driver Message/.test(text)), []);
  await page.screenshot({path: process.env.SCREENSHOT || undefined});
});
