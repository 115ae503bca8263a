// SPDX-License-Identifier: Apache-2.0
// Figures, moments and foreign text as the page words them: shared/words/phrases.cpp and harmless.cpp
// and httpd/page/html/words.cpp do it the same way, which tests/page compares.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

// As printf rounds: what lies exactly between two goes to the even digit, and so 0.25 down to 0.2.
export function oneDecimal(value) {
  return (Math.abs(value) % 1 === 0.25 ? value - Math.sign(value) * 0.05 : value).toFixed(1);
}

export function inMs(ms) {
  return `${oneDecimal(ms)} ms`;
}

export function duration(ms) {
  if (ms < SECOND) return inMs(ms);
  if (ms < MINUTE) return `${oneDecimal(ms / SECOND)} s`;
  const minutes = Math.floor(ms / MINUTE);
  return `${minutes} min ${Math.floor((ms - minutes * MINUTE) / SECOND)} s`;
}

export function rate(perSecond) {
  return `${oneDecimal(perSecond)}/s`;
}

export function figureInWords(value) {
  if (value === null || value === undefined) return 'unknown';
  return Number.isInteger(value) ? String(value) : oneDecimal(value);
}

export function clockWords(rfc3339) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^]*Z$/.test(rfc3339)) return rfc3339;
  return `${rfc3339.slice(0, 10)} ${rfc3339.slice(11, 19)} UTC`;
}

// HH:MM:SS of a moment in milliseconds, in UTC like every other time of the page.
export function clock(ms) {
  return new Date(ms).toISOString().slice(11, 19);
}

// Control characters and marks that turn text around would lie to whoever reads it.
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function harmless(text) {
  return String(text).replace(HARMFUL, (c) => {
    const point = c.charCodeAt(0).toString(16);
    return c < '\u0100' ? `\\x${point.padStart(2, '0')}` : `\\u${point.padStart(4, '0')}`;
  });
}
