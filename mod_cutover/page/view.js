// SPDX-License-Identifier: Apache-2.0
// One site's card, kept as status.json says. The sentences stand in the markup that came from httpd;
// here they are shown or hidden, and filled in.

import {checkItems} from './checks.js';
import {fill, make, makeSvg, makeTime, setAttribute, setHidden, setText} from './dom.js';
import {factsOf} from './facts.js';
import {duration, oneDecimal} from './format.js';
import {showStrays} from './strays.js';

const LANE = 1000;
const LEAST = 6;

function lineItems(lines) {
  return lines.map((line) => make('li', {}, line));
}

function bar(from, ms, whole) {
  const width = Math.min(Math.max((ms / whole) * LANE, LEAST), LANE);
  const x = Math.min((from / whole) * LANE, LANE - width);
  return makeSvg('svg', {
    class: 'bar', viewBox: `0 0 ${LANE} 10`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, makeSvg('rect', {x: oneDecimal(x), y: '0', width: oneDecimal(width), height: '10'}));
}

function timeline(last) {
  const sum = last.phases.reduce((total, phase) => total + phase.ms, 0);
  const whole = Math.max(sum, last.duration_ms, 0.001);
  let from = 0;
  return last.phases.map((phase) => {
    const lane = bar(from, phase.ms, whole);
    from += phase.ms;
    return make('tr', {'data-phase': phase.name},
      make('th', {scope: 'row'}, phase.name),
      make('td', {class: 'lane'}, lane),
      make('td', {class: 'number'}, duration(phase.ms)),
      make('td', {class: 'number'}, 'held' in phase ? String(phase.held) : ''));
  });
}

// As state_of in httpd/page/html/runs.cpp.
function stepState(run, phase) {
  if (!run) return 'next';
  const been = run.phases.map((p) => p.name);
  if (phase === 'checking') return been.length === 0 ? 'now' : 'done';
  if (been.at(-1) === phase) return 'now';
  if (phase === 'quieting' && been.length > 0) return 'done'; // or left out
  return been.includes(phase) ? 'done' : 'next';
}

export function trailItems(events) {
  return events.map((event) => make('li', {},
    makeTime(event.at), ' ', make('b', {}, event.site), ' ', make('strong', {}, event.what), ' ',
    make('span', {}, event.by), ' ', make('span', {class: 'more'}, event.more)));
}

export class Card {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.site;
    this.answer = element.querySelector('[data-answer]');
  }

  all(selector) {
    return this.element.querySelectorAll(selector);
  }

  show(site, {coordinator, newest, now}) {
    const limitMs = Number(this.element.dataset.holdLimit);
    const {so, texts} = factsOf(site, {coordinator, newest, limitMs});
    setAttribute(this.element, 'data-side', site.side);
    for (const e of this.all('[data-when]')) this.toggle(e, so[e.dataset.when] === true);
    for (const e of this.all('[data-text]')) setText(e, texts[e.dataset.text] ?? '');
    const lists = {
      'gate.reasons': site.gate.reasons,
      'gate.notes': site.gate.notes,
      'way_back.reasons': site.way_back?.reasons ?? [],
      questions: site.questions,
    };
    for (const e of this.all('[data-list]')) fill(e, lists[e.dataset.list], lineItems);
    this.steps(site);
    if (site.last) this.last(site.last);
    if (site.strays) showStrays(this.element, site.strays, now);
    if (site.rehearsal) this.time('rehearsal', site.rehearsal.started);
    return texts;
  }

  // Whoever was at a button that goes away is taken to where its answer is told.
  toggle(element, visible) {
    if (!visible && !element.hidden && element.contains(document.activeElement))
      this.answer?.focus({preventScroll: true});
    setHidden(element, !visible);
  }

  steps(site) {
    for (const step of this.all('[data-step]')) {
      const state = stepState(site.run, step.dataset.step);
      const time = site.run?.phases.find((p) => p.name === step.dataset.step);
      setAttribute(step, 'data-state', state);
      setText(step.querySelector('[data-step-state]'), state === 'next' ? 'to come' : state);
      setText(step.querySelector('[data-step-time]'), time ? duration(time.ms) : '');
    }
  }

  last(last) {
    for (const e of this.all('[data-timeline]')) fill(e, last, timeline);
    this.time('last', last.started);
  }

  time(of, started) {
    for (const e of this.all(`[data-time="${of}"]`)) fill(e, started, (at) => [makeTime(at)]);
  }

  // What a command was answered.
  tell(message, bad, checks) {
    setText(this.answer, message);
    this.answer.classList.toggle('bad', bad);
    for (const e of this.all('[data-checks]')) fill(e, checks ?? [], (c) => (c.length ? checkItems(c) : []));
  }
}
