// Bytes on the wire, as a browser counts them: budgets that hold, and the table that shows what is spent.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {DESK, PHONE, demonstration, live, wireBytes} from './demo.mjs';

const PAGE_BUDGET = 14_336, VIEWER_BUDGET = 30_720, DEEP_LINK_BUDGET = 60 * 1024;

const demo = await demonstration();

for (const [name, viewport] of Object.entries({phone: PHONE, desk: DESK}))
  for (const path of ['/at/240262,305398', '/cy/at/240262,305398', '/at/239300,307345', '/'])
    test(`${path} on a ${name} keeps its budgets and loads nothing of others`, async (t) => {
      const {page, context, requests} = await demo.page({viewport});
      await page.goto(path);
      await live(page);
      await page.waitForLoadState('networkidle');
      const spent = {page: 0, viewer: 0, tiles: 0};
      for (const request of requests) {
        const url = new URL(request.url());
        if (['data:', 'blob:'].includes(url.protocol)) continue;
        assert.equal(url.origin, demo.address, `${url}`);
        assert.equal((await request.response()).headers()['set-cookie'], undefined, `${url}`);
        const kind = url.pathname === path ? 'page' : url.pathname.startsWith('/tiles/') ? 'tiles' : 'viewer';
        spent[kind] += await wireBytes(request);
      }
      t.diagnostic(`page ${spent.page}, viewer ${spent.viewer}, tiles ${spent.tiles} bytes`);
      assert.ok(spent.page > 0 && spent.page <= PAGE_BUDGET, `page ${spent.page}`);
      assert.ok(spent.viewer > 0 && spent.viewer <= VIEWER_BUDGET, `viewer ${spent.viewer}`);
      if (viewport === PHONE) assert.ok(spent.page + spent.viewer + spent.tiles <= DEEP_LINK_BUDGET, JSON.stringify(spent));
      assert.deepEqual(await context.cookies(), []);
      await context.close();
    });
