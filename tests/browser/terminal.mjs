// SPDX-License-Identifier: Apache-2.0
// What the command says on a terminal of 80 columns and 24 lines, as a page that looks like one.

import {execFileSync} from 'node:child_process';
import path from 'node:path';

import {build, where} from './stand.mjs';

const COLUMNS = 80;
const LINES = 24;
const CLASSES = {1: 'strong', '1;31': 'bad', 32: 'good', 33: 'care', 2: 'quiet'};
const escaped = (text) => text.replace(/[&<>]/g, (c) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[c]);

// `script` gives it a terminal; a command that refuses ends with 1. The option files are where the guide has them.
export function said(...words) {
  const command = [path.join(build, 'cutoverctl'), '--state-dir', where.state, ...words].join(' ');
  const at = `stty columns ${COLUMNS} rows ${LINES}; ${command} || true`;
  const env = {...process.env, TERM: 'xterm', NO_COLOR: ''};
  const text = execFileSync('script', ['-qec', at, '/dev/null'], {env, encoding: 'utf8'});
  return text.replaceAll('\r', '').replaceAll(path.dirname(where.state), '/etc/cutover');
}

function coloured(line) {
  const [first, ...more] = line.split('\x1b[');
  return escaped(first) + more.map((part) => {
    const [, code, text] = part.match(/^([\d;]*)m(.*)$/s);
    return (code === '0' ? '</span>' : `<span class="${CLASSES[code]}">`) + escaped(text);
  }).join('');
}

// What stands on the screen when all has run by, with the next prompt.
export function screen(command, text) {
  const lines = [`root@old:~# ${command}`, ...text.trimEnd().split('\n'), 'root@old:~# '];
  return lines.slice(-LINES).map(coloured);
}

export const asPage = (lines) => `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0 }
  pre { margin: 0; padding: 10px 12px; width: ${COLUMNS}ch; height: ${LINES * 1.25}em; background: #16191d; color: #d5d9de;
        font: 15px/1.25 "Liberation Mono", monospace; overflow: hidden }
  .strong { font-weight: bold; color: #fff } .bad { font-weight: bold; color: #ff7b72 } .good { color: #6fce83 }
  .care { color: #e3b341 } .quiet { opacity: .6 } .cursor { background: #d5d9de }
</style><pre>${lines.join('\n')}<span class="cursor"> </span></pre>`;
