// SPDX-License-Identifier: Apache-2.0
// axe finds nothing serious in any state, width and theme; everything is reached with the keyboard,
// and fits a phone. The pictures that are taken on the way are for people to look at.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {test} from 'node:test';

import {atRest, withTab} from './browser.mjs';
import {build, stand} from './stand.mjs';

const axe = readFileSync(createRequire(path.join(build, 'browser', 'here.js')).resolve('axe-core/axe.min.js'), 'utf8');
const looks = [360, 1280].flatMap((wide) => [false, true].map((dark) => ({wide, dark})));
const twoLooks = [{wide: 360, dark: true}, {wide: 1280, dark: false}];

async function inspect(tab, name, {wide, dark}) {
  const picture = `${name}-${wide}-${dark ? 'dark' : 'light'}.png`;
  await tab.page.screenshot({path: path.join(build, 'browser', picture), fullPage: true});
  const [content, window] = await tab.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${picture}: ${content} px of content in ${window}`);
  await tab.page.evaluate(axe);
  const found = await tab.page.evaluate(() => window.axe.run(document, {preload: false}));
  assert.ok(found.passes.length > 15, 'axe has looked');
  const grave = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(grave.map((v) => `${picture}: ${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join('; ')}`), []);
}

async function inspectAll(name, prepare, these = looks) {
  for (const look of these)
    await withTab(look, async (tab) => {
      await prepare(tab);
      await inspect(tab, name, look);
    });
}

const drawn = (tab) => tab.page.locator('[data-chart=waiting] canvas').waitFor();

test('axe: at rest, old serves', async () => {
  await atRest('old');
  await inspectAll('old', drawn);
});

test('axe: a preflight was answered', async () => {
  await stand.tell('other terms');
  await inspectAll('preflight', async (tab) => {
    await tab.button('preflight').click();
    await tab.says(tab.page.locator('[data-answer]'), 'would be', 20_000);
    await tab.page.locator('[data-checks] .both').waitFor();
    for (const summary of await tab.page.locator('[data-checks] summary').all()) await summary.click();
  }, twoLooks).finally(() => stand.tell('same terms'));
});

test('axe: the gate is closed, the counts are open', async () => {
  await stand.tell('break replication');
  try {
    await inspectAll('closed', async (tab) => {
      await tab.says(tab.page.locator('section.gate'), 'closed');
      await tab.page.getByText('All counts').click();
    }, twoLooks);
  } finally {
    await stand.tell('mend replication');
  }
});

test('axe: without a coordinator', async () => {
  await stand.tell('freeze coordinator');
  try {
    await inspectAll('no-coordinator', (tab) => tab.page.locator('#no-coordinator').waitFor(), twoLooks);
  } finally {
    await stand.tell('thaw coordinator');
  }
});

test('axe: a run is under way', async () => {
  for (const look of looks)
    await withTab(look, async (tab) => {
      await atRest('old');
      await stand.tell('slow');
      try {
        await tab.type('switch');
        await tab.button('switch').click();
        await tab.says(tab.page.locator('section.run h3'), 'draining');
        await drawn(tab);
        await inspect(tab, 'run', look);
        await tab.button('abort').click();
      } finally {
        await stand.tell('quick');
      }
      await tab.says(tab.page.locator('section.last'), 'switch, aborted');
      tab.forgive(/409/); // what the aborted switch itself is answered
    });
});

test('axe: new serves', async () => {
  await withTab({}, async (tab) => {
    await atRest('old');
    await tab.type('switch');
    await tab.button('switch').click();
    await tab.says(tab.page.locator('.serves'), 'new serves');
  });
  await atRest('new');
  await inspectAll('new', drawn);
});

test('axe: without scripts', async () => {
  for (const look of looks)
    await withTab({...look, script: false}, async (tab) => {
      const picture = `plain-${look.wide}-${look.dark ? 'dark' : 'light'}.png`;
      await tab.page.screenshot({path: path.join(build, 'browser', picture), fullPage: true});
      const box = await tab.page.locator('main').boundingBox();
      assert.ok(box.width <= look.wide);
    });
});

test('with the keyboard alone: from the top to a rollback that is done', () => withTab({wide: 360}, async (tab) => {
  await atRest('new');
  const reached = [];
  for (let i = 0; i < 40; ++i) {
    await tab.page.keyboard.press('Tab');
    const at = await tab.page.evaluate(() => {
      const e = document.activeElement;
      const outline = getComputedStyle(e).outlineStyle;
      return {what: e.name || e.textContent.trim() || e.tagName, ring: outline !== 'none', confirm: e.name === 'confirm'};
    });
    assert.ok(at.ring, `no focus ring on ${at.what}`);
    reached.push(at.what);
    if (at.confirm) break;
  }
  assert.deepEqual(reached, ['To the sites', 'By which name, from where', 'Preflight', 'sure', 'Rehearse', 'confirm']);
  await tab.page.keyboard.type('shop');
  await tab.page.keyboard.press('Tab');
  await tab.page.keyboard.press('Space');
  await tab.says(tab.page.locator('.serves'), 'old serves');
  await atRest('old');
}));
