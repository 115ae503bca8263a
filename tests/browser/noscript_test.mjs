// SPDX-License-Identifier: Apache-2.0
// All of reading and acting in a browser without scripts.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atRest, status, withTab} from './browser.mjs';
import {stand, where} from './stand.mjs';

const plain = {script: false};

test('without scripts the page reads, with pictures of the history', () => withTab(plain, async (tab) => {
  await atRest('old');
  await tab.says(tab.page.locator('.serves'), 'old serves');
  await tab.says(tab.page.locator('#live'), /As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  const lines = await tab.page.locator('[data-chart=requests] path.old').getAttribute('d');
  assert.match(lines, /^M\d+ [\d.]+(L\d+ [\d.]+)+/);
  await tab.says(tab.page.locator('[data-chart=requests]'), /highest [1-9][\d.]*\/s/);
  assert.equal(await tab.page.locator('.trail li').count() > 0, true);
  await tab.page.getByRole('link', {name: 'Look again'}).click();
  assert.equal(tab.page.url(), where.page);
}));

test('without scripts preflight shows its checks', () => withTab(plain, async (tab) => {
  await tab.button('preflight').click();
  await tab.says(tab.page.locator('.notice:visible'), 'would be accepted', 20_000);
  await tab.page.locator('.notice:visible summary').filter({hasText: 'replication'}).click();
  await tab.says(tab.page.locator('.notice:visible'), /pass replication-threads/);
}));

test('without scripts what both hosts say stands side by side', () => withTab(plain, async (tab) => {
  await stand.tell('other terms');
  try {
    await tab.button('preflight').click();
    const both = tab.page.locator('.notice:visible .both dd');
    await tab.says(both.first(), /delivered within a week/, 20_000);
    await tab.says(both.last(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await tab.page.locator('.notice img').count(), 0);
  } finally {
    await stand.tell('same terms');
  }
}));

test('without scripts a rehearsal says what it found', () => withTab(plain, async (tab) => {
  await atRest('old');
  await tab.page.getByLabel('I am sure').check();
  await tab.button('rehearse').click();
  await tab.says(tab.page.locator('.notice:visible'), /rehears.*old serves as before.* about \d+ ms/s);
  await atRest('old');
}));

test('without scripts a switch is watched, and it comes back to the page', () => withTab(plain, async (tab) => {
  await atRest('old');
  await stand.tell('slow');
  await tab.type('switch', 'shopp');
  await tab.button('switch').click();
  assert.equal((await status()).direction, null, 'the browser wants the name');
  await tab.type('switch');
  await tab.button('switch').click();
  assert.equal(tab.page.url(), where.page);
  await tab.says(tab.page.locator('section.run h3'), 'switch is under way: draining');
  const first = await tab.page.locator('section.run .counts').innerText();
  await tab.says(tab.page.locator('section.run .counts'), new RegExp(`^(?!${first.replace(/[.]/g, '\\.')}$)`));
  await stand.tell('quick');
  await tab.says(tab.page.locator('.serves'), 'new serves'); // it loads itself again
  await tab.says(tab.page.locator('.notice:visible'), /shop: switch done\s+new serves, after a pause of/);
  await tab.says(tab.page.locator('section.last'), 'switch, done');
  await atRest('new');
  await tab.page.waitForTimeout(5500); // as often as the coordinator looks for them
  await tab.page.goto(where.page);
  await tab.says(tab.page.locator('section.strays'), /\d+ requests? from about \d+ networks?/);
}));

test('without scripts a rollback is aborted, and another one goes back', () => withTab(plain, async (tab) => {
  await stand.tell('slow');
  await tab.type('rollback');
  await tab.button('rollback').click();
  await tab.says(tab.page.locator('section.run h3'), 'rollback is under way');
  await tab.button('abort').click();
  await stand.tell('quick');
  assert.equal(tab.page.url(), where.page);
  await tab.says(tab.page.locator('section.last'), 'rollback, aborted');
  await atRest('new');
  await tab.page.goto(where.page);
  await tab.type('rollback');
  await tab.button('rollback').click();
  assert.equal(tab.page.url(), where.page);
  await tab.says(tab.page.locator('.serves'), 'old serves');
  await tab.says(tab.page.locator('section.last'), 'rollback, done');
  assert.equal((await status()).side, 'old');
}));

test('without scripts what is refused says why', () => withTab(plain, async (tab) => {
  await atRest('old');
  const nonce = await tab.form('switch').locator('[name=nonce]').getAttribute('value');
  const answer = await tab.page.request.post(new URL('shop/abort', where.page).href, {
    form: {nonce}, headers: {Origin: new URL(where.page).origin}, maxRedirects: 0,
  });
  assert.equal(answer.status(), 409);
  assert.match(await answer.text(), /abort: nothing is under way/);
}));
