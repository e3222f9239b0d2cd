// Bars with a time axis as SVG that stands by itself: its colours are its own where no style sheet knows better, so that it
// is the same picture in a file.

import { formatDuration } from './clock.js';
import { averageLabel, barLabel, chartSummary } from './results-words.js';

const SVG = 'http://www.w3.org/2000/svg';
const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const PAPER = '#fffdf9';
const INK = '#23211d';
const QUIET = '#6a655c';
const LINE = '#e2ddd2';
const BAR = '#0f6b63';

const MARGIN = { top: 28, right: 14, bottom: 40, left: 62 };
/** What its title takes, where it has one. */
const HEADING = 40;
/** No more bars than this: neighbours are put together. */
const MOST_BARS = 120;
const NARROWEST_BAR = 3;
const LABEL_EVERY = 34;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(step => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(step => step * MINUTE),
  ...[1, 2, 5, 10, 24].map(step => step * HOUR),
];

/** The distance of the axis' lines: four of them, or a few less, reach beyond `most`. */
export const stepFor = most => STEPS.find(step => step * 4 >= most) ?? Math.ceil(most / 4 / HOUR) * HOUR;

/** `values` of `{number, ms}` in at most `most` bars of `{first, last, ms}`, each the mean of its neighbours. */
export function inBars(values, most) {
  const size = Math.ceil(values.length / most);
  const bars = [];
  for (let at = 0; at < values.length; at += size) {
    const part = values.slice(at, at + size);
    const ms = part.reduce((sum, value) => sum + value.ms, 0) / part.length;
    bars.push({ first: part[0].number, last: part.at(-1).number, ms });
  }
  return bars;
}

function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const text = (x, y, words, attributes = {}) =>
  s('text', { x, y, 'font-size': 12, 'font-family': FONT, fill: QUIET, class: 'chart-text', ...attributes }, words);

/**
 * The picture of `values`, `{number, ms}` each; `words` is one of the charts of the words file. With a `note`, which stands
 * under it, it has its title in it.
 */
export function barChart(words, values, { width, height, note = null }) {
  const above = MARGIN.top + (note === null ? 0 : HEADING);
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - above - MARGIN.bottom };
  const bars = inBars(values, Math.max(1, Math.min(MOST_BARS, Math.floor(inner.width / (NARROWEST_BAR + 1)))));
  const most = Math.max(1, ...bars.map(bar => bar.ms));
  const step = stepFor(most);
  const top = step * Math.ceil(most / step);
  const y = ms => above + inner.height * (1 - ms / top);
  const slot = inner.width / bars.length;
  const chart = s('svg', {
    xmlns: SVG,
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': chartSummary(words, values),
    class: 'chart-picture',
  });
  chart.append(s('rect', { width, height, fill: PAPER, class: 'chart-paper' }));
  if (note !== null)
    chart.append(
      text(14, 24, words.title, { 'font-size': 16, 'font-weight': 600, fill: INK, class: 'chart-title' }),
      text(14, 43, note),
    );
  for (let ms = 0; ms <= top; ms += step)
    chart.append(
      s('line', { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(ms), y2: y(ms), stroke: LINE, class: 'chart-line' }),
      text(MARGIN.left - 8, y(ms) + 4, formatDuration(ms), { 'text-anchor': 'end' }),
    );
  const gap = Math.min(6, slot * 0.25);
  const barWidth = Math.min(48, slot - gap);
  const every = Math.ceil(LABEL_EVERY / slot);
  bars.forEach((bar, i) => {
    const middle = MARGIN.left + slot * (i + 0.5);
    const long = Math.max(bar.ms > 0 ? 1 : 0, y(0) - y(bar.ms));
    const rect = s('rect', {
      x: middle - barWidth / 2,
      y: y(0) - long,
      width: barWidth,
      height: long,
      fill: BAR,
      class: 'chart-bar',
    });
    rect.append(s('title', {}, barLabel(words, bar.first, bar.last, bar.ms)));
    chart.append(rect);
    if (i % every === 0) chart.append(text(middle, y(0) + 16, String(bar.first), { 'text-anchor': 'middle' }));
  });
  chart.append(text(width - MARGIN.right, height - 6, words.axis, { 'text-anchor': 'end' }));
  if (values.length > 1) {
    const mean = values.reduce((sum, value) => sum + value.ms, 0) / values.length;
    chart.append(
      s('line', {
        x1: MARGIN.left,
        x2: width - MARGIN.right,
        y1: y(mean),
        y2: y(mean),
        stroke: INK,
        'stroke-dasharray': '5 4',
        class: 'chart-mean',
      }),
      text(width - MARGIN.right, above - 11, averageLabel(mean), { 'text-anchor': 'end', fill: INK, class: 'chart-title' }),
    );
  }
  return chart;
}
