// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium, and a page that is watched: whatever it complains of fails the test.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';

import {build, stand, where} from './stand.mjs';

const require = createRequire(path.join(build, 'browser', 'here.js'));
const {chromium} = require('playwright-core');

export const browser = await chromium.launch({
  executablePath: process.env.CUTOVER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-lcd-text'], // the tests run as root, which has no sandbox
});

const noteViolations = () => {
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective}: ${e.blockedURI}`));
};

export class Tab {
  // `wide` pixels, `dark` or light, `script` or none.
  static async open({wide = 1280, dark = false, script = true, path: at = ''} = {}) {
    const tab = new Tab();
    tab.problems = [];
    tab.context = await browser.newContext({
      viewport: {width: wide, height: wide < 600 ? 780 : 900},
      colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: script, reducedMotion: 'reduce',
    });
    tab.script = script;
    tab.page = await tab.context.newPage();
    tab.watch();
    if (script) await tab.page.addInitScript(noteViolations);
    await tab.page.goto(where.page + at);
    if (script) await tab.page.locator('#live.live').waitFor();
    return tab;
  }

  watch() {
    const {page, problems} = this;
    const own = new URL(where.page).host;
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== own) problems.push(`asked elsewhere: ${request.url()}`);
    });
  }

  // What is expected of this test, taken out of the problems.
  forgive(pattern) {
    this.problems = this.problems.filter((problem) => !pattern.test(problem));
  }

  async close() {
    if (this.script) this.problems.push(...await this.page.evaluate(() => window.violations ?? []));
    await this.context.close();
    assert.deepEqual(this.problems, []);
  }

  // What is armed has an abort of its own.
  form(verb) {
    const run = verb === 'abort' ? 'section.run ' : '';
    return this.page.locator(`${run}form[data-verb=${verb}]`);
  }

  button(verb) {
    return this.form(verb).getByRole('button');
  }

  text(name) {
    return this.page.locator(`[data-site=shop] [data-text="${name}"]`).first();
  }

  // Waits until it says so.
  async says(locator, words, timeout = 30_000) {
    const pattern = words instanceof RegExp ? words : new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const deadline = Date.now() + timeout;
    let seen = '';
    while (Date.now() < deadline) {
      seen = await locator.innerText().catch(() => '');
      if (pattern.test(seen)) return seen;
      await this.page.waitForTimeout(50);
    }
    return assert.match(seen, pattern);
  }

  async type(verb, name = 'shop') {
    await this.form(verb).locator('[name=confirm]').fill(name);
  }
}

// Runs with a tab of its own, which must have nothing to complain of at its end.
export async function withTab(options, look) {
  const tab = await Tab.open(options);
  try {
    await look(tab);
  } catch (error) {
    await tab.page.screenshot({path: path.join(build, 'browser', 'failed.png'), fullPage: true}).catch(() => {});
    await tab.context.close();
    await stand.tell('quick'); // nobody stays in flight for the tests that follow
    throw error;
  }
  await tab.close();
}

export async function status() {
  const answer = await fetch(new URL('status.json', where.page));
  return (await answer.json()).sites[0];
}

export async function atRest(side) {
  const deadline = Date.now() + 20_000;
  let now = await status();
  while ((now.direction !== null || !now.gate.open) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await status();
  }
  assert.equal(now.direction, null);
  assert.deepEqual(now.gate.reasons, []);
  if (side) assert.equal(now.side, side);
  return now;
}
