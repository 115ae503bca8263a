// SPDX-License-Identifier: Apache-2.0
// A page of the site with a WebSocket and an event stream, in a real browser, while the site moves.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import path from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';

import {atRest, browser} from './browser.mjs';
import {build, stand, where} from './stand.mjs';

const A_SECOND = 1000;
const BUSY_MACHINE = 5; // seconds, where others have its processor

// What Chromium says of an answer that was cut off, and no more than that.
const RECONNECT = /net::ERR_(INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)/;

const run = (verb) => promisify(execFile)(path.join(build, 'cutoverctl'), ['--state-dir', where.state, verb]);
const answers = (page) => page.evaluate(() => seen.answers);
const lastOf = (page, by) => page.evaluate((by) => seen.answers.findLast((one) => one.by === by)?.host, by);

async function isAt(page, host) {
  const deadline = Date.now() + 10 * A_SECOND;
  const now = async () => [await lastOf(page, 'socket'), await lastOf(page, 'stream')];
  while ((await now()).some((one) => one !== host) && Date.now() < deadline) await page.waitForTimeout(20);
  assert.deepEqual(await now(), [host, host]);
}

// Since the word said that the other side serves, as the run's record has it, in ms.
async function move(page, verb, host) {
  await run(verb);
  await isAt(page, host);
  const {last} = await atRest(host);
  const releasing = last.phases.find(({name}) => name === 'releasing').ms;
  const began = Date.parse(last.started);
  const flip = began + last.duration_ms - releasing;
  const first = (by, seen) => seen.find((one) => one.by === by && one.host === host && one.at > began).at;
  const seen = await answers(page);
  return ['socket', 'stream'].map((by) => Math.round(first(by, seen) - flip));
}

test('a page with a WebSocket and an event stream is at the new host within a second, and back', async () => {
  await atRest('old');
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  await page.goto(new URL('live.html', where.site).href);
  await isAt(page, 'old');
  const waits = [await move(page, 'switch', 'new'), await move(page, 'rollback', 'old')].flat();
  const {refused, givenUp} = await page.evaluate(() => seen);
  const taken = await answers(page);
  await context.close();
  console.log(`        socket and stream in a switch, in a rollback: ${waits.join(', ')} ms; ${taken.length} answers; ${problems.join('; ')}`);
  assert.deepEqual([refused, givenUp], [[], 0]);
  assert.deepEqual(problems.filter((problem) => !RECONNECT.test(problem)), []);
  assert.ok(Math.max(...waits) < BUSY_MACHINE * A_SECOND, String(waits));
  await stand.tell(`written ${taken.map(({message}) => message).join(' ')}`);
});
