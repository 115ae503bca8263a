// SPDX-License-Identifier: Apache-2.0
// The buttons with scripts: what they lead to is seen without the page being loaded again.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atRest, status, withTab} from './browser.mjs';
import {stand, where} from './stand.mjs';

const answer = (tab) => tab.page.locator('[data-answer]');
const stays = (tab) => tab.page.evaluate(() => { window.neverLoadedAgain = true; });
const stayed = async (tab) => assert.equal(await tab.page.evaluate(() => window.neverLoadedAgain), true);

test('preflight shows its checks and changes nothing', () => withTab({}, async (tab) => {
  const {epoch} = await atRest('old');
  await stays(tab);
  await tab.button('preflight').click();
  await tab.says(answer(tab), 'preflight: ', 20_000);
  await tab.says(answer(tab), 'would be accepted');
  await tab.page.locator('[data-checks] summary').filter({hasText: 'replication'}).click();
  await tab.says(tab.page.locator('[data-checks]'), /pass replication-threads/);
  await tab.says(tab.page.locator('[data-checks]'), /replication: \d\d checks pass/);
  assert.equal((await status()).epoch, epoch);
  await stayed(tab);
}));

test('of seventy checks the three that matter are seen at once', async () => {
  await stand.tell('three that matter');
  try {
    for (const wide of [1280, 360]) await withTab({wide}, async (tab) => {
      await tab.button('preflight').click();
      await tab.says(answer(tab), 'would be refused', 20_000);
      const rows = tab.page.locator('[data-checks] li').filter({visible: true});
      const names = await rows.locator('> b').allInnerTexts();
      // The one is known after ten seconds, and nobody has compared all rows here.
      const known = names.filter((name) => name !== 'capacity' && name !== 'verified');
      assert.deepEqual(known, ['other-sites', 'durability', 'sessions']);
      assert.ok(await tab.page.locator('[data-checks] li.pass').count() > 60);
      const [first, last] = [await answer(tab).boundingBox(), await rows.last().boundingBox()];
      assert.ok(last.y + last.height - first.y < tab.page.viewportSize().height, 'under one another on one screen');
    });
  } finally {
    await stand.tell('nothing that matters');
  }
});

test('what the new host says differently stands beside what the old one says, as words', () => withTab({}, async (tab) => {
  await stand.tell('other terms');
  try {
    const both = tab.page.locator('[data-checks] .both dd');
    await tab.button('preflight').click();
    await tab.says(tab.page.locator('[data-checks] .warn').filter({hasText: 'probe'}), /probe\s+\/terms\.html/, 20_000);
    await tab.says(both.first(), /delivered within a week/);
    await tab.says(both.last(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await tab.page.locator('[data-checks] img').count(), 0);
    const [left, right] = [await both.first().boundingBox(), await both.last().boundingBox()];
    assert.ok(left.x + left.width <= right.x && left.y === right.y, 'side by side');
  } finally {
    await stand.tell('same terms');
  }
}));

test('rehearse wants to be meant, and says what a switch would cost', () => withTab({}, async (tab) => {
  await atRest('old');
  await tab.button('rehearse').click();
  await tab.page.waitForTimeout(300);
  assert.equal(await answer(tab).innerText(), '', 'the box was not ticked');
  await tab.page.getByLabel('I am sure').check();
  await tab.button('rehearse').click();
  await tab.says(answer(tab), /rehearse: .* about \d+ ms/);
  await tab.says(tab.page.locator('section.next'), /Rehearsed .* UTC: done, quieting [\d.]+ m?s, draining [\d.]+ m?s, rehearsing [\d.]+ m?s/);
  await tab.says(tab.page.locator('section.next'), /short enough.*1 min 10 s.*rehearsed/s);
  await atRest('old');
}));

test('the wrong name switches nothing, in the browser and past it', () => withTab({}, async (tab) => {
  const {epoch} = await atRest('old');
  await tab.type('switch', 'shoq');
  await tab.button('switch').click();
  await tab.page.waitForTimeout(300);
  assert.equal(await answer(tab).innerText(), '', 'the browser does not send it');
  await tab.form('switch').evaluate((form) => { form.noValidate = true; });
  await tab.button('switch').click();
  await tab.says(answer(tab), 'switch: nothing was done, since the name typed is not shop');
  assert.equal((await status()).epoch, epoch);
  tab.forgive(/409/);
}));

test('a switch is watched phase by phase to its end', () => withTab({}, async (tab) => {
  await atRest('old');
  await stays(tab);
  await stand.tell('slow');
  await tab.type('switch');
  await tab.form('switch').locator('[name=confirm]').press('Enter');
  await tab.says(tab.page.locator('section.run h3'), 'switch is under way: draining');
  await tab.says(tab.page.locator('.serves'), 'requests are held');
  await tab.says(tab.page.locator('section.run .counts'), /in flight\s+1/);
  await tab.says(tab.page.locator('section.run .counts'), /held\s+[1-9]/);
  assert.equal(await tab.page.locator('[data-step=draining]').getAttribute('data-state'), 'now');
  assert.equal(await tab.page.locator('[data-step=checking]').getAttribute('data-state'), 'done');
  assert.equal(await tab.page.locator('[data-step=fencing]').getAttribute('data-state'), 'next');
  assert.equal(await tab.page.locator('[data-step=rehearsing]').isVisible(), false);
  await tab.says(tab.page.locator('#said'), 'shop: switch is under way: draining');
  assert.equal(await tab.form('abort').isVisible(), true);
  assert.equal(await tab.page.evaluate(() => document.activeElement.matches('[data-answer]')), true,
    'the focus went where the answer is told, when its field went away');
  const before = await tab.text('run-time').innerText();
  await tab.page.waitForFunction((then) => document.querySelector('[data-text=run-time]').textContent !== then, before);
  await stand.tell('quick');
  await tab.says(tab.page.locator('.serves'), 'new serves');
  await tab.says(tab.page.locator('section.last'), 'switch, done');
  await tab.says(tab.page.locator('#said'), /new serves\. Last run: switch, done/);
  const phases = await tab.page.locator('.timeline tbody tr').evaluateAll((rows) => rows.map((row) => row.dataset.phase));
  assert.deepEqual(phases, ['quieting', 'draining', 'fencing', 'catching-up', 'promoting', 'releasing']);
  await tab.says(tab.page.locator('.timeline tr[data-phase=draining]'), /draining\s+[\d.]+ m?s\s+[1-9]/);
  await tab.says(tab.page.locator('.trail li').first(), /switch done.*page: 127\.0\.0\.1.*pause/s);
  await tab.says(tab.page.locator('section.back'), 'possible now');
  await tab.form('rollback').waitFor();
  await stayed(tab);
}));

test('the history has the run: what was held, and no lag while nobody measured it', async () => {
  const {last} = await atRest('new');
  const begun = Date.parse(last.started);
  const ended = begun + last.duration_ms;
  let columns;
  do {
    await new Promise((resume) => setTimeout(resume, 200));
    columns = (await (await fetch(new URL('history.json', where.page))).json()).sites.shop;
  } while (columns.at.at(-1) < ended + 2000);
  const {at, lag_ms: lag, held, new: toNew} = columns;
  const inIt = at.map((end, i) => i).filter((i) => at[i] > begun && at[i] - 900 < ended);
  assert.ok(inIt.length > 0);
  for (const i of inIt) assert.equal(lag[i], null);
  assert.ok(Math.max(...inIt.map((i) => held[i])) > 0);
  assert.ok(lag.filter((value) => value !== null).length > 5);
  assert.ok(Math.max(...toNew.filter((rate, i) => at[i] > ended)) > 0);
});

test('who still comes by the old host is told while new serves', () => withTab({}, async (tab) => {
  await atRest('new');
  const strays = tab.page.locator('section.strays');
  await tab.says(strays, /May the old machine go\?\s+\d+ requests? from about \d+ networks? in the last 24 h; the trend shows/);
  await strays.locator('summary').click();
  await tab.says(strays, /127\.0\.0\.0\/24\s+\d+/);
  assert.ok(await strays.locator('.hours rect').count() > 0);
}));

test('two days of it are bars and a trend, and the script draws what httpd has drawn', async () => {
  await stand.tell('two days of strays');
  // But for the hour that goes on.
  const drawn = () => [...document.querySelectorAll('.strays .hours rect:not([x="471"]), .strays tbody th')].map((e) => e.textContent
    || ['x', 'y', 'width', 'height'].map((name) => e.getAttribute(name)).join(' '));
  await withTab({}, async (live) => {
    await live.says(live.page.locator('section.strays'), /falling by half every [\d.]+ h/, 20_000);
    await live.page.waitForFunction(() => document.querySelectorAll('.hours rect').length >= 47);
    await withTab({script: false}, async (plain) => {
      await plain.says(plain.page.locator('section.strays'), /falling by half every/);
      const bars = await plain.page.evaluate(drawn);
      assert.ok(bars.length > 50, String(bars.length));
      assert.deepEqual(await live.page.evaluate(drawn), bars);
    });
  });
  await atRest('new');
});

test('a rollback that is aborted leaves everything as it was', () => withTab({}, async (tab) => {
  await atRest('new');
  await stand.tell('slow');
  try {
    await tab.type('rollback');
    await tab.button('rollback').click();
    await tab.says(tab.page.locator('section.run h3'), 'rollback is under way: draining');
    await tab.button('abort').click();
    await tab.says(tab.page.locator('.serves'), 'new serves');
    await tab.says(tab.page.locator('section.last'), 'rollback, aborted');
  } finally {
    await stand.tell('quick');
  }
  await atRest('new');
  tab.forgive(/409/); // what the aborted rollback itself is answered
}));

test('a rollback goes back, and hostile words of its hook are only words', () => withTab({}, async (tab) => {
  await atRest('new');
  await stand.tell('hostile hook');
  await tab.type('rollback');
  await tab.button('rollback').click();
  await tab.says(tab.page.locator('.serves'), 'old serves');
  await tab.says(tab.page.locator('.trail'), /<script>document\.title='owned'<\/script><img src=x onerror=alert\(1\)>\\x1b\[2J\\u202e turned/);
  assert.equal(await tab.page.locator('.trail script, .trail img').count(), 0);
  assert.match(await tab.page.title(), /^shop: old serves/);
  await atRest('old');
}));
