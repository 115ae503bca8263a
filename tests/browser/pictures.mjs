// SPDX-License-Identifier: Apache-2.0
// The documents' pictures, made anew by `tests/browser/run.sh BUILD pictures`: into docs/pictures.

import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {atRest, browser, withTab} from './browser.mjs';
import {stand, where} from './stand.mjs';
import {asPage, said, screen} from './terminal.mjs';

const folder = 'docs/pictures';
mkdirSync(folder, {recursive: true});
const PHONE = 'page-run-360-dark.png';
const DESK = 'page-new-1280-light.png';
const CHECKS = 'page-preflight-1280-light.png';
const TERMINAL = 'preflight-80x24.png';
const COLOURS = '96'; // a third of the size, and nobody sees it
const file = (name) => path.join(folder, name);
const shrink = (name) => execFileSync('pngquant', ['--force', '--strip', '--output', file(name), COLOURS, file(name)]);
const sleep = (ms) => new Promise((resume) => setTimeout(resume, ms));

test('three checks that matter among eighty, on a terminal and on the page', async () => {
  await atRest('old');
  await sleep(15_000); // the busiest seconds are known then
  await stand.tell('three that matter');
  const bare = await browser.newPage();
  await bare.setContent(asPage(screen('cutoverctl preflight', said('preflight'))));
  await bare.locator('pre').screenshot({path: file(TERMINAL)});
  await bare.close();
  await withTab({}, async (tab) => {
    await tab.button('preflight').click();
    await tab.says(tab.page.locator('[data-checks]'), 'other-sites');
    await tab.page.evaluate((state) => {
      document.activeElement.blur();
      for (const e of document.querySelectorAll('[data-checks] em')) e.textContent = e.textContent.replace(state, '/etc/cutover');
    }, path.dirname(where.state));
    await tab.page.locator('section.actions').screenshot({path: file(CHECKS)});
  });
  await stand.tell('nothing that matters');
});

test('a phone in the dark while a switch drains, and a desk after it', async () => {
  await atRest('old');
  await sleep(150_000); // some history to show
  await withTab({}, async (tab) => {
    await tab.page.getByLabel('I am sure').check();
    await tab.button('rehearse').click();
    await tab.says(tab.page.locator('[data-answer]'), /about \d+ ms/);
  });
  await sleep(20_000);
  await stand.tell('slow');
  await withTab({wide: 360, dark: true}, async (tab) => {
    await tab.type('switch');
    await tab.button('switch').click();
    await tab.says(tab.page.locator('section.run .counts'), /held\s+[5-9]/);
    await tab.page.evaluate(() => document.activeElement.blur());
    await tab.page.screenshot({path: file(PHONE), clip: {x: 0, y: 0, width: 360, height: 700}});
    await stand.tell('quick');
    await tab.says(tab.page.locator('.serves'), 'new serves');
  });
  await sleep(45_000);
  await withTab({}, async (tab) => {
    await tab.page.locator('[data-chart=waiting] canvas').waitFor();
    await tab.page.locator('article').screenshot({path: file(DESK)});
  });
  for (const name of [TERMINAL, CHECKS, PHONE, DESK]) shrink(name);
  await browser.close();
  await stand.end();
});
