// SPDX-License-Identifier: Apache-2.0
// All the tests, in this order: each leaves the site at rest, and those that act come back to old.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {browser} from './browser.mjs';
import {stand} from './stand.mjs';

import './vendor_test.mjs';
import '../page/same_test.mjs';
import './card_test.mjs';
import './reading_test.mjs';
import './acting_test.mjs';
import './live_test.mjs';
import './preview_test.mjs';
import './refusing_test.mjs';
import './noscript_test.mjs';
import './accessible_test.mjs';

test('nobody\'s request failed meanwhile, and everything ends well', async () => {
  await browser.close();
  assert.equal(await stand.end(), 0);
});
