// SPDX-License-Identifier: Apache-2.0
// A line for each test, and at the end the one that every suite of this project ends with.

export default async function* report(events) {
  let passed = 0;
  let failed = 0;
  for await (const {type, data} of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const time = `${Math.round(data.details.duration_ms)} ms`;
    if (type === 'test:pass') {
      passed += 1;
      yield `ok      ${data.name} (${time})\n`;
      continue;
    }
    failed += 1;
    const error = data.details.error?.cause ?? data.details.error;
    yield `FAILED  ${data.name} (${time})\n${error?.stack ?? error}\n`;
  }
  yield `${passed} passed, ${failed} failed\n`;
}
