// SPDX-License-Identifier: Apache-2.0
// Who may not act: a form without this page's secret, a page of another site, a link.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atRest, status, withTab} from './browser.mjs';
import {where} from './stand.mjs';

test('a form with a wrong nonce is refused and says so', () => withTab({}, async (tab) => {
  const {epoch} = await atRest('old');
  await tab.form('switch').evaluate((form) => { form.elements.nonce.value = '0'.repeat(64); });
  await tab.type('switch');
  await tab.button('switch').click();
  await tab.says(tab.page.locator('[data-answer]'), /httpd answers 403/);
  assert.equal((await status()).epoch, epoch);
  tab.forgive(/403/);
}));

// A page of evil.example that knows the nonce: the browser says where the form comes from.
test('a form on another site\'s page is refused even with the right nonce', () => withTab({}, async (tab) => {
  const {epoch} = await atRest('old');
  const nonce = await tab.form('switch').evaluate((form) => form.elements.nonce.value);
  const action = new URL('shop/switch', where.page).href;
  await tab.context.route('http://evil.example/', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<form method="post" action="${action}"><input name="nonce" value="${nonce}"><input name="confirm" value="shop"><button>go</button></form>`,
  }));
  await tab.page.goto('http://evil.example/');
  const [answer] = await Promise.all([
    tab.page.waitForResponse(action), tab.page.getByRole('button', {name: 'go'}).click(),
  ]);
  assert.equal(answer.status(), 403);
  assert.equal((await status()).epoch, epoch);
  tab.forgive(/evil\.example|403/);
}));

test('a link, an image, a reload: no GET changes anything', () => withTab({}, async (tab) => {
  const {epoch} = await atRest('old');
  for (const verb of ['preflight', 'rehearse', 'switch', 'rollback', 'abort']) {
    const answer = await tab.page.goto(new URL(`shop/${verb}`, where.page).href);
    assert.equal(answer.status(), 405, verb);
  }
  assert.equal((await status()).epoch, epoch);
  tab.forgive(/40[45]/); // 404: the icon that a page without one is asked for
}));

test('another page cannot frame it', () => withTab({}, async (tab) => {
  await tab.context.route('http://evil.example/', (route) => route.fulfill({
    contentType: 'text/html', body: `<iframe src="${where.page}"></iframe>`,
  }));
  await tab.page.goto('http://evil.example/');
  await tab.page.waitForTimeout(500);
  const frames = await Promise.all(tab.page.frames().slice(1).map((frame) => frame.locator('#sites').count().catch(() => 0)));
  assert.deepEqual(frames, [0]);
  tab.forgive(/evil\.example|frame|Framing/i);
}));
