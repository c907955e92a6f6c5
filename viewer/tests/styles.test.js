import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {brotliCompressSync} from 'node:zlib';
import {drawSprite, pixelsOf, segments} from '../../styles/make_sprite.mjs';
import {readStyle} from '../style.js';
import {classOf, compose} from './compose.js';

const folder = new URL('../../styles/', import.meta.url);
const json = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const classes = json('classes.json'), patterns = json('patterns.json');
const draws = [...classes.classes.flatMap((each) => [each.draw, each.emerging || []]), classes.points, ...Object.values(classes.defaults).flat()];

const area = ['area'];
const layer = (id, group, more = {}) => ({id, group, title: {en: `${id} in English`, cy: `${id} yn Gymraeg`}, geometry: area, ...more});
const sample = {
  tiles: 'https://map.example/tiles/2026-11-23.1/{z}/{x}/{y}.mvt?v=1', sprite: 'https://map.example/viewer/abc/sprite',
  bounds: [-4.57, 52.59, -4.2, 52.74], attribution: 'Contains OS data © Crown copyright and database right 2026',
  layers: [
    ...['settlement-boundary', 'housing-allocation', 'employment-allocation', 'mixed-use-allocation'].map((id) => layer(id, 'proposals')),
    layer('rldp-housing-allocation', 'proposals', {emerging: true}),
    ...['primary-shopping-area', 'town-centre', 'open-space', 'green-wedge'].map((id) => layer(id, 'proposals')),
    layer('rldp-green-wedge', 'proposals', {emerging: true}),
    ...['special-landscape-area', 'minerals-safeguarding'].map((id) => layer(id, 'proposals')),
    layer('listed-building', 'constraints', {geometry: ['point']}),
    ...['scheduled-monument', 'conservation-area', 'article-4-direction-area', 'tree-preservation-zone', 'flood-zone-3', 'flood-zone-2', 'sssi',
      'contaminated-land'].map((id) => layer(id, 'constraints')),
    ...['abergwaelod-inset', 'community', 'plan-area'].map((id) => layer(id, 'boundary')),
    ...['land', 'woodland', 'water', 'building'].map((id) => layer(id, 'context')),
    ...['railway', 'street', 'road'].map((id) => layer(id, 'context', {geometry: ['line']})),
    layer('place-name', 'context', {geometry: ['point']}),
  ],
};

test('the composed style is one that MapLibre takes, and at most 3 KB for the sample', async () => {
  const style = compose(sample), {validateStyleMin} = await import('@maplibre/maplibre-gl-style-spec');
  assert.deepEqual(validateStyleMin(style), []);
  assert.ok(brotliCompressSync(JSON.stringify(style)).length <= 3072, `${brotliCompressSync(JSON.stringify(style)).length}`);
});

test('every fragment of every class is one that MapLibre takes', async () => {
  const {validateStyleMin} = await import('@maplibre/maplibre-gl-style-spec');
  const layers = draws.flat().map(({metadata: _, ...fragment}, i) => ({id: `${i}`, source: 's', 'source-layer': 'x', ...fragment}));
  assert.deepEqual(validateStyleMin({version: 8, sources: {s: {type: 'vector', tiles: ['https://x/{z}/{x}/{y}'], minzoom: 0, maxzoom: 16}}, layers}), []);
});

test('layers lie as the rules say: context, constraints, proposals, boundaries, names', () => {
  const ids = compose(sample).layers.map(({id}) => id), at = (id) => ids.indexOf(id);
  assert.equal(at('background'), 0);
  const order = ['land--1', 'water--1', 'woodland--1', 'building--1', 'railway--1', 'street--1', 'road--3', 'contaminated-land--1', 'sssi--1',
    'conservation-area--1', 'minerals-safeguarding--1', 'green-wedge--1', 'settlement-boundary--1', 'plan-area--1', 'abergwaelod-inset--1',
    'housing-allocation--3', 'street--5', 'place-name--3'];
  const places = order.map(at);
  assert.ok(places.every((place) => place > 0), order.filter((id) => at(id) < 0).join());
  // Boundaries: the map file's first lies on top, so the inset comes after the plan area.
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.ok(at('road--1') < at('street--3'), 'all casings lie under all road surfaces');
});

test('the background is the sea where the map has land', () => {
  const colour = (map) => compose(map).layers[0].paint['background-color'];
  assert.equal(colour(sample), '#dfe9ee');
  assert.equal(colour({...sample, layers: [layer('sssi', 'constraints')]}), '#f7f5f0');
});

test('a layer is known by the longest name between hyphens in its id', () => {
  const id = (name) => classOf(name)?.id;
  assert.equal(id('green-wedge'), 'green-wedge');
  assert.equal(id('rldp-housing-allocation'), 'housing-allocation');
  assert.equal(id('countryside-green-wedge'), 'green-wedge');
  assert.equal(id('flood-zone-3'), 'flood-zone-3');
  assert.equal(id('flood-zone-2-wales'), 'flood-zone-2');
  assert.equal(id('abergwaelod-inset'), 'inset');
  assert.equal(id('listed-building-curtilage'), 'listed-building');
  assert.equal(id('insets'), undefined);
  assert.equal(id('quiet-lanes'), undefined);
});

test('an emerging plan is paler and broken, and its first fragment says so', () => {
  const style = compose(sample), find = (id) => style.layers.find((each) => each.id === id);
  assert.equal(find('rldp-housing-allocation--1').paint['fill-opacity'], find('housing-allocation--1').paint['fill-opacity'] / 2);
  assert.deepEqual(find('rldp-housing-allocation--2').paint['line-dasharray'], [3, 1.5]);
  assert.equal(find('rldp-housing-allocation--1').metadata['groundrule:layer'].emerging, true);
  assert.equal(find('housing-allocation--1').metadata['groundrule:layer'].emerging, undefined);
  assert.equal(find('housing-allocation--2').metadata, undefined, 'said once a layer');
});

test('unknown layers take turns, and points of a class without circles are still drawn', () => {
  const style = compose({...sample, layers: [
    layer('quiet-lanes', 'proposals'), layer('dark-skies', 'proposals'), layer('homes', 'proposals', {geometry: ['point']}), layer('housing-sites', 'proposals', {geometry: ['point']}),
  ]});
  const of = (id) => style.layers.filter((each) => each.id.startsWith(`${id}--`)).map(({type, paint}) => JSON.stringify([type, paint]));
  assert.notDeepEqual(of('quiet-lanes'), of('dark-skies'));
  assert.deepEqual(style.layers.filter((each) => each.id.startsWith('homes--')).map(({type}) => type), ['circle']);
  assert.ok(style.layers.some(({id, type}) => id.startsWith('housing-sites--') && type === 'circle'));
});

test('the viewer reads what is composed', () => {
  const style = readStyle(compose(sample));
  assert.equal(style.owners.size, sample.layers.length);
  assert.deepEqual([...new Set(style.layers.map(({paint}) => paint['fill-pattern']).filter(Boolean))].filter((name) => !style.patterns[name]), []);
});

/** What is left of a look without its colours: kinds, patterns, dashes, widths, opacities. */
const grey = (fragments) => JSON.stringify(fragments.filter(({type}) => type !== 'symbol').map(({type, paint}) => [
  type, paint['fill-pattern'], paint['fill-opacity'], paint['line-width'], paint['line-dasharray'], paint['line-offset'], paint['circle-radius'],
]));

test('no two classes or defaults that are answered look the same without colour', () => {
  const context = new Set(['land', 'water', 'woodland', 'building', 'railway', 'road', 'place-name']);
  const looks = [...classes.classes.filter(({id}) => !context.has(id)).map(({id, draw}) => [id, draw]),
    ...['proposals', 'constraints', 'boundary'].flatMap((group) => classes.defaults[group].map((draw, i) => [`${group} ${i}`, draw]))];
  const seen = new Map();
  for (const [id, draw] of looks) {
    assert.equal(seen.get(grey(draw)), undefined, `${id} looks like ${seen.get(grey(draw))}`);
    seen.set(grey(draw), id);
  }
});

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour) {
  const long = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(long.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

test('every answered class has an edge of at least 3:1 on land, and names of 4.5:1', () => {
  const answered = classes.classes.slice(classes.classes.findIndex(({id}) => id === 'plan-area'));
  for (const {id, draw} of answered) {
    const edges = draw.flatMap(({paint}) => [paint['line-opacity'] ? '' : paint['line-color'], paint['circle-color']]).filter(Boolean);
    assert.ok(edges.some((colour) => contrast(colour, '#f7f5f0') >= 3), `${id}: ${edges}`);
    for (const {paint} of draw.filter(({type}) => type === 'symbol')) assert.ok(contrast(paint['text-color'], paint['text-halo-color']) >= 4.5, id);
  }
});

test('patterns are named where they are drawn, and drawn where they are named', () => {
  const used = draws.flat().map(({paint}) => paint?.['fill-pattern']).filter(Boolean);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(patterns).sort());
  for (const [name, [side, ...strokes]] of Object.entries(patterns)) {
    assert.ok(Number.isInteger(side) && side <= 32, name);
    for (const [colour, width, path] of strokes) {
      assert.match(colour, /^#[0-9a-f]{6}$/, name);
      assert.ok(width > 0 && segments(path).length > 0, name);
      assert.match(path, /^[ML\d .-]+$/, name);
    }
  }
});

test('the sprite is the one that the patterns make', () => {
  for (const [suffix, ratio] of [['', 1], ['@2x', 2]]) {
    const {sheet, places} = drawSprite(patterns, ratio);
    assert.deepEqual(json(`sprite${suffix}.json`), places, 'run: node styles/make_sprite.mjs');
    assert.ok(pixelsOf(readFileSync(new URL(`sprite${suffix}.png`, folder))).equals(sheet), 'run: node styles/make_sprite.mjs');
  }
});
