// SPDX-License-Identifier: Apache-2.0
// Keeps the page up to date, and carries its buttons' words without leaving it. Without this script
// the page says and does the same, one load at a time.

import {History} from './charts.js';
import {fill, setHidden, setText} from './dom.js';
import {sideInWords} from './facts.js';
import {clock} from './format.js';
import {Card, trailItems} from './view.js';

const AT_REST_MS = 1000;
const IN_A_RUN_MS = 200;
const UNSEEN_MS = 10_000;
const LONGEST_MS = 15_000;
const PATIENCE_MS = 5000;
const TRAIL_MS = 15_000;

const base = new URL('.', import.meta.url);
const cards = [...document.querySelectorAll('[data-site]')].map((element) => ({
  view: new Card(element), history: new History(element), said: null, waitsFor: null,
}));
const page = {
  live: document.getElementById('live'),
  said: document.getElementById('said'),
  trail: document.querySelector('[data-trail]'),
  noTrail: document.getElementById('no-events'),
  trouble: document.getElementById('no-coordinator'),
  why: document.getElementById('no-coordinator-why'),
};

const now = {failures: 0, goodAt: Date.now(), running: false, trailKey: null, trailAt: 0, historyAt: 0};

async function get(path) {
  const answer = await fetch(new URL(path, base), {signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store'});
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// Once a second is enough: it has no more.
async function bringHistory() {
  if (Date.now() - now.historyAt < AT_REST_MS * 0.9) return;
  now.historyAt = Date.now();
  const since = Math.min(...cards.map((card) => card.history.end));
  const told = await get(since > 0 ? `history.json?since=${since}` : 'history.json');
  for (const card of cards) {
    const columns = told.sites[card.view.name];
    if (columns) card.history.add(columns, told.now);
  }
}

// When something has ended or begun, and now and then for what is not seen otherwise.
async function bringTrail(status) {
  const key = JSON.stringify(status.sites.map((s) => [s.site, s.direction, s.side, s.doubt, s.last?.started, s.armed?.from, s.disarmed?.at]));
  if (key === now.trailKey && Date.now() - now.trailAt < TRAIL_MS) return;
  const {events} = await get('events.json');
  now.trailKey = key;
  now.trailAt = Date.now();
  fill(page.trail, events, trailItems);
  if (page.noTrail) setHidden(page.noTrail, events.length > 0);
}

// What a screen reader is told: that a run begins, each of its phases, and how it ended.
function announce(card, site, texts) {
  let words = `${site.site}: ${texts.side}`;
  if (site.direction) words = `${site.site}: ${texts['run-title']}`;
  else if (site.last) words += `. Last run: ${texts['last-what']} ${site.last.reason}`;
  if (card.said !== null && card.said !== words) setText(page.said, words);
  card.said = words;
}

// Of a run that took longer than httpd waited for it.
function tellEnd(card, site, texts) {
  const run = card.waitsFor === 'rehearse' ? site.rehearsal : site.last;
  let words = `${card.waitsFor}: ${run?.outcome ?? 'not known'}`;
  if (run?.reason) words += `: ${run.reason}`;
  else words += run?.rehearsal && site.forecast ? `; visitors would wait ${texts.forecast}` : `; ${texts.side}`;
  card.view.tell(words, run?.outcome !== 'done');
  card.waitsFor = null;
}

function show(status) {
  const sites = new Map(status.sites.map((site) => [site.site, site]));
  if (sites.size !== cards.length || cards.some((card) => !sites.has(card.view.name))) {
    window.location.reload(); // another configuration: other cards
    return;
  }
  const coordinator = status.pid !== null;
  setHidden(page.trouble, coordinator);
  if (!coordinator) setText(page.why, status.error ?? '');
  for (const card of cards) {
    const site = sites.get(card.view.name);
    const texts = card.view.show(site, {coordinator, newest: card.history.newest(), now: status.now});
    announce(card, site, texts);
    if (card.waitsFor && site.direction === null) tellEnd(card, site, texts);
  }
  const running = status.sites.some((site) => site.direction !== null);
  if (running) document.querySelectorAll('[data-fresh]').forEach((old) => old.remove());
  now.running = running;
  const title = [...status.sites.map((s) => `${s.site}: ${sideInWords(s)}`), 'Cutover'].join(' \u00b7 ');
  if (document.title !== title) document.title = title;
}

function tellLive() {
  page.live.className = now.failures === 0 ? 'live' : 'live not';
  setText(page.live, now.failures === 0 ? 'live' : `not live since ${clock(now.goodAt)} UTC: what follows is of then`);
}

async function look() {
  try {
    const status = await get('status.json');
    await bringHistory();
    show(status);
    await bringTrail(status);
    now.failures = 0;
    now.goodAt = Date.now();
  } catch {
    now.failures += 1;
    if (now.failures === 1) setText(page.said, 'No answer any more: what the page shows is not live');
  }
  tellLive();
}

function pause() {
  if (now.failures > 0) return Math.min(AT_REST_MS * 2 ** (now.failures - 1), LONGEST_MS);
  if (document.hidden) return UNSEEN_MS;
  return now.running ? IN_A_RUN_MS : AT_REST_MS;
}

let wake = () => {};
async function keepLooking() {
  for (;;) {
    await look();
    await new Promise((resume) => {
      const timer = setTimeout(resume, pause());
      wake = () => {
        clearTimeout(timer);
        resume();
      };
    });
  }
}

async function send(card, form) {
  if (form.dataset.busy) return;
  form.dataset.busy = 'yes';
  const {verb} = form.dataset;
  card.view.tell(`${verb}: asked`, false);
  if (verb !== 'preflight') card.view.element.scrollIntoView(); // to where it will be seen
  now.running = true; // soon: look more often
  setTimeout(() => wake(), IN_A_RUN_MS / 2);
  try {
    const answer = await fetch(form.action, {
      method: 'POST', headers: {Accept: 'application/json'}, redirect: 'error',
      body: new URLSearchParams(new FormData(form)),
    });
    if (answer.headers.get('Content-Type') !== 'application/json')
      throw new Error(`httpd answers ${answer.status}. Load the page again; httpd's error log says more.`);
    const told = await answer.json();
    card.view.tell(told.message, told.bad, told.checks);
    card.waitsFor = told.running ? verb : null;
  } catch (error) {
    card.view.tell(`${verb}: ${error.message}`, true);
  }
  delete form.dataset.busy;
  form.reset();
  wake();
}

for (const card of cards)
  for (const form of card.view.all('form[data-verb]'))
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      send(card, form);
    });
document.addEventListener('visibilitychange', () => wake());
keepLooking();
