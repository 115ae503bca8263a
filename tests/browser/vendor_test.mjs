// SPDX-License-Identifier: Apache-2.0
// What is vendored is what npm has, of the version that is stated.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {build, where} from './stand.mjs';

const vendored = path.resolve('mod_cutover/page/vendor/uplot');
const npm = path.join(build, 'browser', 'node_modules', 'uplot');

test('the vendored uPlot is npm\'s, byte for byte, and of the version that is stated', () => {
  for (const [ours, theirs] of [
    ['uPlot.iife.min.js', 'dist/uPlot.iife.min.js'], ['uPlot.min.css', 'dist/uPlot.min.css'], ['LICENSE', 'LICENSE'],
  ]) assert.ok(readFileSync(path.join(vendored, ours)).equals(readFileSync(path.join(npm, theirs))), ours);
  const {version} = JSON.parse(readFileSync(path.join(npm, 'package.json')));
  assert.match(readFileSync(path.join(vendored, 'README.md'), 'utf8'), new RegExp(`^# uPlot ${version}\n`));
});

test('the page gives the vendored file out as it is, and says when it has not changed', async () => {
  const url = new URL('uplot.js', where.page);
  const first = await fetch(url);
  assert.equal(first.headers.get('Content-Type'), 'text/javascript; charset=utf-8');
  assert.equal(first.headers.get('X-Content-Type-Options'), 'nosniff');
  assert.equal(first.headers.get('Cache-Control'), 'no-cache');
  const body = Buffer.from(await first.arrayBuffer());
  assert.ok(body.equals(readFileSync(path.join(vendored, 'uPlot.iife.min.js'))));
  const again = await fetch(url, {headers: {'If-None-Match': first.headers.get('ETag')}});
  assert.equal(again.status, 304);
  const other = await fetch(url, {headers: {'If-None-Match': '"0123456789abcdef"'}});
  assert.equal(other.status, 200);
});
