// SPDX-License-Identifier: Apache-2.0
// The page is written twice: by httpd, and by the scripts that keep it up to date. Of the same site
// both must say the same, to the letter. No browser is needed for this; card_test.mjs has one.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {said, script} from './said.mjs';

const format = await script('format.js');
const {factsOf} = await script('facts.js');

for (const [name, pairs] of Object.entries(said.formats))
  test(`${name} words every figure as httpd does`, () => {
    const differing = pairs.map(([value, httpd]) => ({value, httpd, script: format[name](value)}))
      .filter((one) => one.httpd !== one.script);
    assert.deepEqual(differing, []);
  });

// Whether the page may act at all is httpd's alone: without that it has no such elements.
const decidedByBoth = (control) => (name) => control || !name.startsWith('act');

test('of every state the scripts decide what httpd does', () => {
  for (const {name, site, coordinator, newest, said: twice} of said.states)
    for (const httpd of twice) {
      const {so, texts} = factsOf(site, {coordinator, newest, limitMs: said.limit_ms});
      const isSo = Object.keys(so).filter((fact) => so[fact]);
      const ours = decidedByBoth(httpd.control);
      assert.deepEqual(isSo.filter(ours).sort(), httpd.so.filter(ours).sort(), name);
      assert.deepEqual(texts, httpd.texts, name);
    }
});

test('the states are of every kind', () => {
  const seen = new Set(said.states.flatMap((state) => state.said[0].so));
  const never = Object.keys(factsOf(said.states[0].site, {coordinator: true, newest: null, limitMs: 1}).so)
    .filter((fact) => !seen.has(fact));
  assert.deepEqual(never, []);
});
