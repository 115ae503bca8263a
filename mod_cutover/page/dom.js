// SPDX-License-Identifier: Apache-2.0
// The only way in which text gets into the document: as text, made harmless, and only where it is
// not there already, so that nobody's focus, selection or screen reader is disturbed.

import {clockWords, harmless} from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const filled = new WeakMap(); // from what an element was last made

export function setText(element, text) {
  const words = harmless(text);
  if (element.textContent !== words) element.textContent = words;
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// Makes the element's children anew when what they are made from is not what it was.
export function fill(element, value, make) {
  const key = JSON.stringify(value);
  if (filled.get(element) === key) return;
  filled.set(element, key);
  element.replaceChildren(...make(value));
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map((c) => (typeof c === 'string' ? harmless(c) : c)));
  return element;
}

export function make(name, attributes = {}, ...children) {
  return build(document.createElement(name), attributes, children);
}

export function makeSvg(name, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children);
}

export function makeTime(rfc3339) {
  return make('time', {datetime: harmless(rfc3339)}, clockWords(rfc3339));
}
