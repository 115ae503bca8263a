// SPDX-License-Identifier: Apache-2.0
// A preflight's checks, as httpd/page/html/checks.cpp writes them.

import {make, makeSvg} from './dom.js';

const MARKS = {
  pass: 'M2.5 8.5l4 4 7-9',
  warn: 'M8 2v7.5M8 12.5v1.5',
  block: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
};
const SHAPES = {
  old: ['rect', {x: '2', y: '2', width: '12', height: '12', rx: '1.5'}],
  new: ['circle', {cx: '8', cy: '8', r: '6.5'}],
};

function picture(kind, shape, attributes) {
  return makeSvg('svg', {class: kind, viewBox: '0 0 16 16', 'aria-hidden': 'true'}, makeSvg(shape, attributes));
}

function hostSays(host, words) {
  return make('div', {},
    make('dt', {class: `side ${host}`}, picture('shape', ...SHAPES[host]), `${host} host`),
    make('dd', {}, words));
}

// What each host says, in two columns; all of it is foreign text.
function sightItems({words, old: byOld, new: byNew}) {
  const items = words ? [make('span', {}, words)] : [];
  if (byOld || byNew) items.push(make('dl', {class: 'both'}, hostSays('old', byOld), hostSays('new', byNew)));
  return items;
}

function checkItem(check) {
  const seen = check.sights?.length ? check.sights.flatMap(sightItems) : [make('span', {}, check.seen)];
  return make('li', {class: check.verdict},
    picture('mark', 'path', {d: MARKS[check.verdict]}),
    make('strong', {}, check.verdict), ' ', make('b', {}, check.name), ' ',
    ...seen, ...(check.remedy ? [' ', make('em', {}, check.remedy)] : []));
}

// In the order in which httpd says them.
function byGroup(checks) {
  const groups = new Map();
  for (const check of checks) {
    const group = check.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), check]);
  }
  return [...groups];
}

export function checkItems(checks) {
  const of = (verdict) => checks.filter((check) => check.verdict === verdict);
  const items = (some) => make('ul', {class: 'checks'}, ...some.map(checkItem));
  return [
    items([...of('block'), ...of('warn')]),
    ...byGroup(of('pass')).map(([group, passed]) => make('details', {},
      make('summary', {}, `${group}: ${passed.length} ${passed.length === 1 ? 'check passes' : 'checks pass'}`),
      items(passed))),
  ];
}
