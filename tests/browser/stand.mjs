// SPDX-License-Identifier: Apache-2.0
// The site that the tests look at (stand.cpp), started once for all of them.

import {spawn} from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

export const build = path.resolve(process.env.CUTOVER_BUILD ?? 'build');

class Stand {
  constructor() {
    this.process = spawn(path.join(build, 'browser_stand'), {stdio: ['pipe', 'pipe', 'inherit']});
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.lines = readline.createInterface({input: this.process.stdout})[Symbol.asyncIterator]();
  }

  async line() {
    const {value, done} = await this.lines.next();
    if (done) throw new Error('the stand has ended');
    return JSON.parse(value);
  }

  // Has it do something; throws with what it complains of.
  async tell(what) {
    this.process.stdin.write(`${what}\n`);
    const {error} = await this.line();
    if (error) throw new Error(`${what}: ${error}`);
  }

  // Its exit code: not 0 when a visitor's request failed meanwhile.
  async end() {
    this.process.stdin.end();
    return this.ended;
  }
}

export const stand = new Stand();
export const where = await stand.line();
