// SPDX-License-Identifier: Apache-2.0
// A site's last quarter of an hour, drawn by uPlot over history.json's columns.

import {setText} from './dom.js';
import {clock, duration, rate} from './format.js';

const SPAN_S = 15 * 60;
const SHORTEST_S = 2 * 60;
const GAP_MS = 3500; // samples that are further apart are not joined
const COLUMNS = ['at', 'lag_ms', 'old', 'new', 'held', 'in_flight'];
const count = (n) => n.toFixed(0);

// Each line: its column, its colour's name in style.css, and what tells it apart without colour.
const KINDS = {
  lag: {words: duration, lines: [{column: 'lag_ms', name: 'lag', color: '--ink', fill: true}]},
  requests: {words: rate, lines: [
    {column: 'old', name: 'old', color: '--old', dash: [6, 4]},
    {column: 'new', name: 'new', color: '--new'}]},
  waiting: {words: count, lines: [
    {column: 'in_flight', name: 'in flight', color: '--soft'},
    {column: 'held', name: 'held', color: '--held', fill: true}]},
};

const axisMs = (ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

// As much time as there is something to see of.
function span(at) {
  const end = at.at(-1);
  return [Math.min(Math.max(at[0], end - SPAN_S), end - SHORTEST_S), end];
}

class Chart {
  constructor(figure, kind) {
    this.plot = figure.querySelector('.plot');
    this.top = figure.querySelector('[data-top]');
    this.kind = kind;
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(this.plot);
  }

  size() {
    return {width: this.plot.clientWidth, height: this.plot.clientHeight};
  }

  fit() {
    if (this.chart && this.plot.clientWidth > 0) this.chart.setSize(this.size());
  }

  options() {
    const styles = getComputedStyle(this.plot);
    const color = (name) => styles.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--soft'), font: `11px ${styles.fontFamily}`, gap: 3,
      grid: {stroke: color('--line'), width: 1}, ticks: {show: false},
    };
    return {
      ...this.size(),
      padding: [6, 14, 0, 0],
      legend: {show: false},
      cursor: {y: false, drag: {x: false, y: false}, points: {size: 7}},
      scales: {
        x: {time: false, range: (u) => span(u.data[0])},
        y: {range: (u, min, max) => [0, Math.max(max * 1.08, 1)]},
      },
      axes: [
        {...axis, size: 18, incrs: [15, 30, 60, 120, 300],
          values: (u, at) => at.map((s) => clock(s * 1000).slice(0, s % 60 === 0 ? 5 : 8))},
        {...axis, size: 44, space: 28,
          values: (u, ticks) => ticks.map(this.kind.words === duration ? axisMs : String)},
      ],
      series: [{}, ...this.kind.lines.map((line) => ({
        label: line.name, stroke: color(line.color), width: 1.75, dash: line.dash,
        fill: line.fill ? `${color(line.color)}22` : undefined, points: {show: false},
      }))],
      hooks: {setCursor: [(u) => this.tell(u.cursor.idx)]},
    };
  }

  draw(columns, anew) {
    const data = [columns.at.map((ms) => ms / 1000), ...this.kind.lines.map((l) => columns[l.column])];
    if (data[0].length === 0 || this.plot.clientWidth === 0) return;
    if (anew || !this.chart) {
      this.chart?.destroy();
      this.plot.replaceChildren();
      this.plot.closest('figure').classList.add('drawn'); // with times on its own axis
      this.chart = new window.uPlot(this.options(), data, this.plot);
    } else {
      this.chart.setData(data);
    }
    this.tell(this.chart.cursor.idx);
  }

  // What the lines say under the pointer, else how high they go.
  tell(index) {
    const [at, ...lines] = this.chart.data;
    const {words} = this.kind;
    if (index !== null && index !== undefined && index < at.length) {
      const said = (value) => (value === null ? 'unknown' : words(value));
      const each = this.kind.lines.map((line, i) => `${line.name} ${said(lines[i][index])}`);
      setText(this.top, `${clock(at[index] * 1000)} ${each.join(', ')}`);
    } else {
      setText(this.top, `highest ${words(Math.max(0, ...lines.flat().map((v) => v ?? 0)))}`);
    }
  }
}

export class History {
  constructor(card) {
    this.columns = Object.fromEntries(COLUMNS.map((name) => [name, []]));
    this.charts = [...card.querySelectorAll('[data-chart]')].map(
      (figure) => new Chart(figure, KINDS[figure.dataset.chart]));
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(true));
  }

  get end() {
    return this.columns.at.at(-1) ?? 0;
  }

  newest() {
    if (this.end === 0) return null;
    return {old: this.columns.old.at(-1), new: this.columns.new.at(-1)};
  }

  // A clock that was put back leaves nothing of what lies ahead of it now.
  add(more, now) {
    if (this.end > now) for (const name of COLUMNS) this.columns[name].length = 0;
    more.at.forEach((at, i) => {
      if (at <= this.end) return;
      if (this.end > 0 && at - this.end > GAP_MS) this.push(() => null, this.end + 1);
      this.push((name) => more[name][i], at);
    });
    while (this.columns.at.length > 0 && this.columns.at[0] < this.end - SPAN_S * 1000)
      for (const name of COLUMNS) this.columns[name].shift();
    this.draw(false);
  }

  push(value, at) {
    for (const name of COLUMNS) this.columns[name].push(name === 'at' ? at : value(name));
  }

  draw(anew) {
    for (const chart of this.charts) chart.draw(this.columns, anew);
  }
}
