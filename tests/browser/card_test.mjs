// SPDX-License-Identifier: Apache-2.0
// One card that the scripts take through every state must come to look as httpd writes it for that
// state: no page of the site's, but what tests/page has httpd say, over the scripts as they stand.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {said} from '../page/said.mjs';
import {browser} from './browser.mjs';

const ORIGIN = 'http://card.test/';

async function withPage(look) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.route(`${ORIGIN}**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (!name) return route.fulfill({contentType: 'text/html', body: '<!DOCTYPE html><main></main>'});
    return route.fulfill({contentType: 'text/javascript', body: readFileSync(path.join('mod_cutover/page', name), 'utf8')});
  });
  await page.goto(ORIGIN);
  await page.evaluate(prepare);
  try {
    await look(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(problems, []);
}

// In the page: what is to be seen of an element, a line for each element and each text. The charts'
// insides are drawn in two ways; of what is hidden it matters only that it is.
async function prepare() {
  const drawn = '.plot, [data-top]';
  const attributes = (e) => [...e.attributes].map(({name, value}) => `${name}=${value}`).sort().join(' ');
  const lines = (node, depth) => {
    const margin = '  '.repeat(depth);
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.replace(/\s+/g, ' ').trim();
      return text ? [margin + JSON.stringify(text)] : [];
    }
    if (node.hidden) return [`${margin}${node.tagName} hidden ${node.dataset.when}`];
    const own = `${margin}${node.tagName} ${attributes(node)}`;
    return node.matches(drawn) ? [own] : [own, ...[...node.childNodes].flatMap((n) => lines(n, depth + 1))];
  };
  const main = document.querySelector('main');
  const put = (html) => {
    main.innerHTML = html;
    return main.firstElementChild;
  };
  const linesOf = (element) => {
    element.normalize();
    return lines(element, 0);
  };
  const {Card, trailItems} = await import('/view.js');
  const {checkItems} = await import('/checks.js');
  window.linesOfMarkup = (html) => linesOf(put(html));
  window.begin = (html) => { window.card = new Card(put(html)); };
  window.linesOfCard = (site, around) => {
    window.card.show(site, around);
    return linesOf(window.card.element);
  };
  window.linesOfChecks = (checks) => {
    const div = put('<div></div>');
    div.append(...checkItems(checks));
    return linesOf(div);
  };
  window.linesOfTrail = (events) => {
    const list = put('<ol class="trail" data-trail></ol>');
    list.append(...trailItems(events));
    return linesOf(list);
  };
}

// `way` turns the states around, so that each comes after another one. Whether a site has databases is
// its configuration's, and does not change while a page is open: the steps of a run are written by that.
const walk = async (control, way) => {
  for (const databases of [true, false])
    await walkThrough(said.states.filter((state) => state.site.databases === databases), control, way);
};

const walkThrough = (of, control, way) => withPage(async (page) => {
  assert.ok(of.length > 0);
  const states = of.map((state) => ({...state, httpd: state.said.find((s) => s.control === control)}));
  for (const state of states)
    state.lines = await page.evaluate((html) => window.linesOfMarkup(html), state.httpd.card);
  const order = way(states);
  await page.evaluate((html) => window.begin(html), order.at(-1).httpd.card);
  for (const {name, site, coordinator, newest, lines} of order) {
    const shown = await page.evaluate(([of, around]) => window.linesOfCard(of, around),
      [site, {coordinator, newest, now: said.now}]);
    assert.deepEqual(shown, lines, name);
  }
});

test('the scripts make of a card what httpd writes, from state to state', () => walk(true, (states) => states));
test('and on the way back', () => walk(true, (states) => states.toReversed()));
test('and where the page only shows', () => walk(false, (states) => states));

test('checks and events are the same from both', () => withPage(async (page) => {
  const ofHttpd = (html) => page.evaluate((markup) => window.linesOfMarkup(markup), html);
  const {checks, trail} = said;
  assert.deepEqual(await page.evaluate((given) => window.linesOfChecks(given), checks.given),
    await ofHttpd(`<div>${checks.html}</div>`));
  assert.deepEqual(await page.evaluate((given) => window.linesOfTrail(given), trail.given), await ofHttpd(trail.html));
}));
