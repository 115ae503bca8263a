// SPDX-License-Identifier: Apache-2.0
// Who still comes by the old host, as httpd/page/html/strays.cpp writes it.

import {fill, make, makeSvg, setText} from './dom.js';
import {oneDecimal} from './format.js';

const SHOWN = 48; // hours
const HOUR_MS = 3_600_000;
const HEIGHT = 60;
const LEAST = 2;

function bars({hours, thisHour}) {
  const seen = hours.filter((h) => h.hour > thisHour - SHOWN && h.hour <= thisHour && h.requests > 0);
  const top = Math.max(1, ...hours.map((h) => h.requests));
  return seen.map((h) => {
    const height = Math.max((h.requests / top) * HEIGHT, LEAST);
    return makeSvg('rect', {
      x: String((SHOWN - 1 - (thisHour - h.hour)) * 10 + 1), y: oneDecimal(HEIGHT - height),
      width: '8', height: oneDecimal(height),
    });
  });
}

function rows(counts) {
  return counts.map(([name, count]) => make('tr', {},
    make('th', {scope: 'row'}, name), make('td', {class: 'number'}, String(count))));
}

// The busiest first, and those alike by name.
function byCount(hosts) {
  return Object.entries(hosts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

export function showStrays(element, strays, now) {
  const thisHour = Math.floor(now / HOUR_MS);
  const at = (part) => element.querySelector(`[data-strays=${part}]`);
  fill(at('hours'), {hours: strays.hours, thisHour}, bars);
  fill(at('hosts'), byCount(strays.hosts), rows);
  fill(at('networks'), strays.networks.map((n) => [n.network, n.requests]), rows);
  setText(at('top'), `most in an hour ${Math.max(0, ...strays.hours.map((h) => h.requests))}`);
}
