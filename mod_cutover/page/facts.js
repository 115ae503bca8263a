// SPDX-License-Identifier: Apache-2.0
// What is so of a site, by the names that httpd/page/html/facts.cpp has written into the page.

import {duration, figureInWords, rate} from './format.js';

export function sideInWords(site) {
  return site.side === 'none' ? 'requests are held' : `${site.side} serves`;
}

function stateOf(site, so, texts) {
  so.old = site.side === 'old';
  so.new = site.side === 'new';
  so.held = site.side === 'none';
  so.doubt = site.doubt !== '';
  so.completed = site.completed !== null;
  so.unbalanced = !site.balanced && site.held === 0;
  so.releasing = site.releasing !== 0;
  so.databases = site.databases;
  so['no-databases'] = !site.databases;
  texts.side = sideInWords(site);
  texts.doubt = site.doubt;
  texts.releasing = String(site.releasing);
  texts.window = String(site.release_window);
}

// In a run nobody looks at the gate.
function gateOf(site, so) {
  const rest = site.direction === null;
  so['gate-open'] = rest && site.gate.open;
  so['gate-closed'] = rest && !site.gate.open;
  so['back-possible'] = rest && site.way_back !== null && site.way_back.possible;
  so['back-not'] = rest && site.way_back !== null && !site.way_back.possible;
  so['back-none'] = rest && site.way_back === null;
}

const SLOW_TOLD = 3;

function described(requests) {
  const told = requests.slice(0, SLOW_TOLD).map((r) => `${r.what} (${Math.round(r.ms)} ms)`).join(', ');
  return requests.length > SLOW_TOLD ? `${told} and ${requests.length - SLOW_TOLD} more` : told;
}

function requestsWaitedFor(run) {
  const whom = described(run.slowest);
  if (run.left_behind === 0) return whom;
  if (whom) return `${whom}; ${run.left_behind}${run.rehearsal ? ' would be' : ''} left behind, and closed`;
  const one = run.left_behind === 1;
  const became = one ? 'was' : 'were';
  return `${run.left_behind} request${one ? '' : 's'} that ${run.rehearsal ? 'would be' : became} left behind, and closed`;
}

function busySessions(run) {
  if (run.busy.length === 0) return '';
  const told = run.busy.slice(0, SLOW_TOLD).join(', ');
  const more = run.busy.length > SLOW_TOLD ? ` and ${run.busy.length - SLOW_TOLD} more` : '';
  return `still connected to the database after their answers: ${told}${more}`;
}

function waitedFor(run) {
  return [requestsWaitedFor(run), busySessions(run)].filter(Boolean).join('; ');
}

function closedOnes(run) {
  const all = run.closed + run.left_open;
  if (all === 0) return '';
  const connections = all === 1 ? 'connection that never ends' : 'connections that never end';
  const became = all === 1 ? 'was closed' : 'were closed';
  const longer = run.left_open > 0 ? `, and the requests of ${run.left_open} went on for longer` : '';
  return `${all} ${connections} ${run.rehearsal ? 'would be closed' : became}${longer}`;
}

function rehearsalInWords(run) {
  const words = [run.outcome, ...run.phases.map((phase) => `${phase.name} ${duration(phase.ms)}`)].join(', ');
  const whom = waitedFor(run);
  return [words, whom && `it waited for ${whom}`, closedOnes(run)].filter(Boolean).join('; ');
}

function nextOf(site, limitMs, so, texts) {
  so.forecast = site.forecast !== null;
  so.fits = so.forecast && site.forecast.total_ms <= limitMs;
  so['fits-not'] = so.forecast && site.forecast.total_ms > limitMs;
  so.strays = site.strays !== null;
  texts.strays = site.strays?.verdict ?? '';
  so['no-forecast'] = site.forecast === null;
  so.slow = site.slow.length > 0;
  so.rehearsed = site.rehearsal !== null;
  texts.forecast = site.forecast?.words ?? '';
  texts.slow = described(site.slow);
  texts.rehearsed = site.rehearsal ? rehearsalInWords(site.rehearsal) : '';
  texts['rehearsed-reason'] = site.rehearsal?.reason ?? '';
}

function armedOf(site, so, texts) {
  so.armed = site.armed !== null;
  so.disarmed = site.disarmed !== null;
  texts.armed = site.armed?.words ?? '';
  texts['armed-waits'] = site.armed?.waits_for ?? '';
  texts.disarmed = site.disarmed?.words ?? '';
}

function runOf(site, so, texts) {
  const phase = site.phase === 'serving' ? 'checking' : site.phase;
  const rehearsal = site.run !== null && site.run.rehearsal;
  so.running = site.direction !== null;
  so.rehearsing = rehearsal;
  so.moving = so.running && !rehearsal;
  so.proves = site.direction === 'switch' && !rehearsal && (site.forecast?.proof_ms ?? 0) > 0;
  so.abortable = site.run !== null && site.run.abortable;
  so['not-abortable'] = site.run !== null && !site.run.abortable;
  texts['run-title'] = `${rehearsal ? 'rehearsal' : site.direction ?? 'nothing'} is under way: ${phase}`;
  texts['run-time'] = site.run ? duration(site.run.ms) : '';
}

function lastOf(last, coordinator, so, texts) {
  so['no-last'] = last === null && coordinator;
  so['last-unknown'] = last === null && !coordinator;
  so.last = last !== null;
  if (!last) return;
  so['last-done'] = last.outcome === 'done';
  so['last-not-done'] = last.outcome !== 'done';
  so['last-reason'] = last.reason !== '';
  so['last-phases'] = last.phases.length > 0;
  texts['last-what'] = `${last.direction}, ${last.outcome}`;
  texts['last-reason'] = last.reason;
  texts['last-time'] = duration(last.duration_ms);
  texts['last-pause'] = duration(last.pause_ms);
  texts['last-held'] = String(last.held_max);
  texts['last-timed-out'] = String(last.timed_out);
  texts['last-shed'] = String(last.shed);
}

// Whether the page may act was decided when it was made: without that it has no such elements.
function actionsOf(site, coordinator, so) {
  const rest = coordinator && site.direction === null;
  so['acts-not'] = !coordinator;
  so['say-switch'] = site.side !== 'new';
  so['say-rollback'] = site.side === 'new' && !so.completed;
  const moves = rest && !so.completed;
  so['act-rest'] = moves;
  so['act-old'] = moves && so.old;
  so['act-new'] = moves && so.new;
  so['act-running'] = coordinator && site.direction !== null;
  so['act-armed'] = coordinator && site.armed !== null;
}

function lagOf(site) {
  if (site.direction !== null) return 'not measured'; // what was seen before the run is no longer so
  return site.lag_ms === null ? 'unknown' : duration(site.lag_ms);
}

function figuresOf(site, newest, texts) {
  texts.lag = lagOf(site);
  texts['in-flight'] = String(site.in_flight);
  texts.held = String(site.held);
  texts['old-rate'] = newest ? rate(newest.old) : 'unknown';
  texts['new-rate'] = newest ? rate(newest.new) : 'unknown';
  const figures = {
    ...site.requests,
    serves_new: Number(site.side === 'new'),
    gate_open: Number(site.gate.open),
    way_back: Number(site.way_back !== null && site.way_back.possible),
    in_doubt: Number(site.doubt !== ''),
    completed: Number(site.completed !== null),
    armed: Number(site.armed !== null),
    armed_left_ms: site.armed?.left_ms ?? 0,
    lag_ms: site.lag_ms,
    in_flight: site.in_flight,
    endless: site.endless,
    held_now: site.held,
    releasing: site.releasing,
    release_window: site.release_window,
    strays_requests: site.strays?.requests_day,
    strays_networks: site.strays?.networks_day,
    epoch: site.epoch,
  };
  for (const [key, value] of Object.entries(figures)) texts[`figure-${key}`] = figureInWords(value);
}

// `newest` is the newest second of its history, or nothing: without a coordinator there is none of now.
// `limitMs` is CutoverHoldTimeout.
export function factsOf(site, {coordinator, newest, limitMs}) {
  const so = {};
  const texts = {};
  stateOf(site, so, texts);
  gateOf(site, so);
  nextOf(site, limitMs, so, texts);
  armedOf(site, so, texts);
  runOf(site, so, texts);
  lastOf(site.last, coordinator, so, texts);
  actionsOf(site, coordinator, so);
  figuresOf(site, coordinator ? newest : null, texts);
  return {so, texts};
}
