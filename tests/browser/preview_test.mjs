// SPDX-License-Identifier: Apache-2.0
// CutoverPreview: one browser is given the cookie by the page on the site's own vhost, and is shown
// the new host through a switch and back; a second one sees what visitors see.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atRest, browser, status} from './browser.mjs';
import {where} from './stand.mjs';

const at = (path) => new URL(path, where.site).href;

let visits = 0;

class Visitor {
  static async come() {
    const visitor = new Visitor();
    visitor.context = await browser.newContext();
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  // Under a name that no browser has kept from before, unless it is wanted so.
  async sees(path = 'whose.html', anew = true) {
    await this.page.goto(at(anew ? `${path}?${visits += 1}` : path));
    return (await this.page.locator('body').innerText()).trim();
  }

  // As a form of the site's own page.
  async sends() {
    await this.page.goto(at('whose.html'));
    return this.page.evaluate(async () => {
      const answer = await fetch('/login', {method: 'POST', body: new URLSearchParams({name: 'x'})});
      return {status: answer.status, text: await answer.text()};
    });
  }

  async cookie() {
    return (await this.context.cookies()).find(({name}) => name === 'shop-preview');
  }

  async presses(label) {
    await this.page.goto(at('cutover/'));
    await this.page.getByRole('button', {name: label}).click();
    await this.page.waitForURL(at('cutover/'));
  }
}

async function moves(visitor, verb, side) {
  await atRest();
  await visitor.page.goto(at('cutover/'));
  const form = visitor.page.locator(`form[data-verb=${verb}]`);
  await form.locator('[name=confirm]').fill('shop');
  await form.getByRole('button').click();
  for (let tries = 0; tries < 200 && (await status()).side !== side; ++tries)
    await new Promise((resume) => setTimeout(resume, 100));
  await atRest(side);
}

test('a browser previews the new host by the page, through a switch and back, and nobody else does', async () => {
  await atRest('old');
  const [he, others] = [await Visitor.come(), await Visitor.come()];
  assert.equal(await he.sees('whose.html', false), 'old');
  assert.equal(await others.sees(), 'old');

  await he.presses('Look at the new host');
  await he.page.getByRole('button', {name: 'Leave the preview'}).waitFor();
  const {value, httpOnly, sameSite, path} = await he.cookie();
  assert.deepEqual({httpOnly, sameSite, path}, {httpOnly: true, sameSite: 'Lax', path: '/'});
  assert.ok(!(await he.page.content()).includes(value), 'the page shows no secret');
  assert.equal(await he.sees('whose.html', false), 'new', 'not what the browser has kept from before');
  assert.equal(await he.sees('terms.html'), await others.sees('terms.html'));
  assert.equal(await others.sees(), 'old');
  const refused = await he.sends();
  assert.equal(refused.status, 409);
  assert.match(refused.text, /POST is not passed on.*cookie shop-preview/);
  assert.notEqual((await others.sends()).status, 409);

  await moves(he, 'switch', 'new');
  assert.deepEqual([await he.sees(), await others.sees()], ['new', 'new']);
  assert.notEqual((await he.sends()).status, 409, 'he is a visitor as any other');

  await moves(he, 'rollback', 'old');
  assert.deepEqual([await he.sees(), await others.sees()], ['new', 'old']);
  await he.presses('Leave the preview');
  await he.page.getByRole('button', {name: 'Look at the new host'}).waitFor();
  assert.equal(await he.cookie(), undefined);
  assert.deepEqual([await he.sees(), await others.sees()], ['old', 'old']);
  assert.equal(await others.cookie(), undefined);
  for (const one of [he, others]) await one.context.close();
});

test('where the page is on no vhost of the site it offers no preview', async () => {
  const visitor = await Visitor.come();
  await visitor.page.goto(where.page);
  assert.equal(await visitor.page.getByRole('button', {name: 'Look at the new host'}).count(), 0);
  await visitor.context.close();
});
