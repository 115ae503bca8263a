// SPDX-License-Identifier: Apache-2.0
// What httpd says on the page (said.cpp), and the page's scripts where node takes them for modules.

import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const build = path.resolve(process.env.CUTOVER_BUILD ?? 'build');
export const said = JSON.parse(execFileSync(path.join(build, 'page_said'), {maxBuffer: 1 << 28}));

const scripts = path.join(build, 'page');
mkdirSync(scripts, {recursive: true});
cpSync('mod_cutover/page', scripts, {recursive: true});
writeFileSync(path.join(scripts, 'package.json'), '{"type": "module"}');

export const script = async (name) => import(pathToFileURL(path.join(scripts, name)));
