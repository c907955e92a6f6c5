// The tiles in GDAL, which QGIS and many programs read maps with: it opens the server's tiles as one map, without a warning.
import assert from 'node:assert/strict';
import {execFile, spawnSync} from 'node:child_process';
import {after, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {serve} from './demo.mjs';

const SCRIPT = fileURLToPath(new URL('../gdal_tileset.py', import.meta.url));
// Distributions put GDAL's bindings into their own Python, which need not be the first on the path.
const PYTHON = ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import osgeo']).status === 0);
assert.ok(PYTHON, 'there is no python3 with GDAL (python3-gdal)');
const demo = await serve('demo');
after(() => demo.stop());

test('GDAL reads every layer of the served tiles as one map without a warning', async () => {
  const tileset = await (await fetch(`${demo.address}/tiles.json`)).json();
  for (const zoom of ['10', '14']) {
    const {stdout, stderr} = await promisify(execFile)(PYTHON, [SCRIPT, demo.address, zoom]);
    assert.equal(stderr.trim(), '', `zoom ${zoom}`);
    const read = new Map(stdout.trim().split('\n').map((line) => line.split(' ')));
    assert.deepEqual([...read.keys()].sort(), tileset.vector_layers.map(({id}) => id).sort(), `zoom ${zoom}`);
    for (const layer of ['conservation-area', 'flood-zone-3']) assert.ok(read.get(layer) > 0, `${layer} at ${zoom}`);
  }
});
