// SPDX-License-Identifier: Apache-2.0
// What is to be read on the page at rest, and that it stays true without being loaded again.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atRest, status, withTab} from './browser.mjs';
import {stand, where} from './stand.mjs';

// Every element that follows the facts, as a list: seen or not, and its words without the figures
// and without what is slow just now.
const facts = () => [...document.querySelectorAll('[data-when], [data-text], [data-list]')].map((e) => {
  const {when, text, list} = e.dataset;
  const changes = ['slow', 'forecast'].includes(text);
  const words = (text && !changes) || list ? e.textContent.replace(/[\d.]+ (ms|s|min)\b|[\d.]+/g, '#') : '';
  return [when ?? text ?? list, e.hidden, words].join(' | ');
});

test('the state is there in words, with a shape, and is live', () => withTab({}, async (tab) => {
  await atRest('old');
  await tab.says(tab.page.locator('.serves'), 'old serves');
  assert.equal(await tab.page.locator('.serves .side.old svg').isVisible(), true);
  assert.equal(await tab.page.locator('.serves .side.new svg').isVisible(), false);
  await tab.says(tab.page.locator('section.gate'), 'open');
  await tab.says(tab.page.locator('#live'), /^live$/);
  assert.match(await tab.page.title(), /^shop: old serves/);
  for (const verb of ['preflight', 'rehearse', 'switch']) assert.equal(await tab.form(verb).isVisible(), true, verb);
  for (const verb of ['rollback', 'abort']) assert.equal(await tab.form(verb).isVisible(), false, verb);
}));

test('figures and charts move by themselves', () => withTab({}, async (tab) => {
  await tab.page.getByText('All counts').click();
  const served = async () => Number(await tab.text('figure-old').innerText());
  const before = await served();
  for (const chart of ['lag', 'requests', 'waiting'])
    await tab.page.locator(`[data-chart=${chart}] canvas`).waitFor();
  await tab.says(tab.text('old-rate'), /^[1-9][\d.]*\/s$/);
  await tab.says(tab.text('new-rate'), /^0\.0\/s$/);
  await tab.page.waitForFunction((n) => Number(document.querySelector('[data-text=figure-old]').textContent) > n, before);
  await tab.page.locator('[data-chart=requests] .u-over').hover();
  await tab.says(tab.page.locator('[data-chart=requests] [data-top]'), /^\d\d:\d\d:\d\d old [\d.]+\/s, new 0\.0\/s$/);
}));

test('whoever types is left alone by what changes', () => withTab({}, async (tab) => {
  const field = tab.form('switch').locator('[name=confirm]');
  await field.focus();
  await field.pressSequentially('sho');
  await tab.page.evaluate(() => { document.activeElement.mark = 'the same'; });
  await tab.page.waitForTimeout(2500);
  const focused = await tab.page.evaluate(() => [document.activeElement.mark, document.activeElement.value]);
  assert.deepEqual(focused, ['the same', 'sho']);
}));

test('the script says of a site what httpd has said', async () => {
  await atRest('old');
  await withTab({script: false}, (plain) => withTab({}, async (live) => {
    await live.says(live.text('old-rate'), '/s');
    assert.deepEqual(await live.page.evaluate(facts), await plain.page.evaluate(facts));
  }));
});

test('a closed gate says every reason', () => withTab({}, async (tab) => {
  await stand.tell('break replication');
  try {
    await tab.says(tab.page.locator('section.gate'), 'closed');
    const {gate} = await status();
    assert.ok(gate.reasons.length > 0);
    await tab.says(tab.page.locator('section.gate .reasons'), 'does not apply');
  } finally {
    await stand.tell('mend replication');
  }
  await tab.says(tab.page.locator('section.gate'), 'open');
  assert.equal(await tab.page.locator('section.gate .reasons').isVisible(), false);
}));

test('answers that stop are owned up to, and come back', () => withTab({}, async (tab) => {
  await tab.context.setOffline(true);
  await tab.says(tab.page.locator('#live'), /not live since \d\d:\d\d:\d\d UTC/);
  await tab.says(tab.page.locator('#said'), 'not live');
  await tab.context.setOffline(false);
  await tab.says(tab.page.locator('#live'), /^live$/, 20_000);
  tab.forgive(/ERR_INTERNET_DISCONNECTED/);
}));

test('without a coordinator the page says so, still reads, and has no button', () => withTab({}, async (tab) => {
  await stand.tell('freeze coordinator');
  try {
    await tab.page.locator('#no-coordinator').waitFor();
    await tab.says(tab.page.locator('.serves'), 'old serves');
    await tab.says(tab.page.locator('section.gate'), 'closed');
    assert.equal(await tab.form('switch').isVisible(), false);
    await withTab({script: false}, async (plain) => {
      await plain.says(plain.page.locator('#no-coordinator'), 'No coordinator answers');
      await plain.says(plain.page.locator('.serves'), 'old serves');
      assert.equal(await plain.page.locator('form').filter({visible: true}).count(), 0);
    });
  } finally {
    await stand.tell('thaw coordinator');
  }
  await tab.page.locator('#no-coordinator').waitFor({state: 'hidden'});
  await tab.form('switch').waitFor();
}));

test('the history is given out in columns, and only what is newer when asked so', async () => {
  const history = async (query) => (await fetch(new URL(`history.json${query}`, where.page))).json();
  const {sites} = await history('');
  const {at} = sites.shop;
  for (const column of ['lag_ms', 'old', 'new', 'held', 'in_flight']) assert.equal(sites.shop[column].length, at.length);
  assert.ok(at.length > 3);
  const newer = (await history(`?since=${at[at.length - 3]}`)).sites.shop.at;
  assert.deepEqual(newer.slice(0, 2), at.slice(-2));
  for (const wrong of ['?since=', '?since=-1', '?since=1x', '?before=1']) {
    const answer = await fetch(new URL(`history.json${wrong}`, where.page));
    assert.equal(answer.status, 400, wrong);
  }
});
