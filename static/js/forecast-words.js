// A forecast in sentences, as vague as a forecast is. No DOM.

import { formatDuration } from './clock.js';
import { count } from './words.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From here on a change of the end is worth a word. */
const WORTH_SAYING_MS = MINUTE;

const rounded = (ms, step) => Math.round(ms / step) * step;

/** How exactly a duration of up to so many milliseconds is told. */
const STEPS = [
  [57.5 * SECOND, 5 * SECOND],
  [HOUR, MINUTE],
  [Infinity, 5 * MINUTE],
];

/** A duration to plan with, kept on one line: `a few seconds`, `40 s`, `48 min`, `1 h 50 min`. */
export function roughly(ms) {
  if (ms < 7.5 * SECOND) return 'a few seconds';
  const [, step] = STEPS.find(([below]) => ms < below);
  return formatDuration(rounded(ms, step)).replaceAll(' ', '\u00a0');
}

const about = ms => (ms < 7.5 * SECOND ? roughly(ms) : `about ${roughly(ms)}`);

/** The time on the wall at `at`: `21:20`, with the day where it isn't today. */
export function timeOfDay(at, now, locale) {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString())
    return date.toLocaleTimeString(locale, { timeStyle: 'short' });
  const day = Math.abs(at - now) < 6 * DAY ? { weekday: 'short' } : { day: 'numeric', month: 'short' };
  return date.toLocaleString(locale, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** How long and until when: `{end, range}`. `masterMs` is a move of the master's; it begins `now`. */
export function lengthWords({ boards, walk, total_ms: total }, masterMs, now, locale) {
  const [low, high] = [roughly(total.p10), roughly(total.p90)];
  const oneByOne = walk === 'one-at-a-time' && boards > 1 ? ', one at a time,' : '';
  const near = rounded(now + total.p50, total.p50 < HOUR ? MINUTE : 5 * MINUTE);
  const what = `${count(boards, 'board')}${oneByOne} at ${formatDuration(masterMs)} a move`;
  return {
    end: `${what}: ${about(total.p50)}, you end near ${timeOfDay(near, now, locale)}`,
    range: low === high ? '.' : ` (between ${low} and ${high}).`,
  };
}

/** How long an opponent waits. */
export function waitWords({ boards, walk, wait_ms: wait }) {
  const worst = roughly(wait.max.p50);
  if (walk === 'one-at-a-time')
    return boards > 1 ? `The last opponent waits ${about(wait.max.p50)} for a first move.` : '';
  if (wait.max.p50 < 2 * SECOND) return 'Nobody waits for a visit.';
  if (wait.p50.p50 < 2 * SECOND) return `An opponent hardly waits for a visit, ${worst} at worst.`;
  return `An opponent waits ${about(wait.p50.p50)} for a visit, ${worst} at worst.`;
}

/** How likely somebody loses on time; nothing without a clock. */
export function riskWords({ time_forfeit_risk: risk }) {
  if (!risk) return '';
  const [master, opponent] = [often(risk.master), often(risk.opponent)];
  const sentence = `Losing on time: the master ${master}, some opponent ${opponent}.`;
  return risk.master < 0.05 ? sentence : `${sentence} More extra time for the master helps.`;
}

function often(share) {
  if (share === 0) return 'almost never';
  if (share === 1) return 'almost always';
  return `in ${Math.min(99, Math.max(1, Math.round(100 * share)))} of 100 exhibitions`;
}

/** Where it stops paying to have more boards. */
export function turnWords({ walk, break_even_boards: turn }) {
  if (walk === 'one-at-a-time' || !turn) return '';
  const boards = Math.floor(turn);
  if (boards < 2) return 'From 2 boards on, opponents wait for the master.';
  return `Up to ${boards} boards the master waits for opponents; with more, they wait for the master.`;
}

/** When a running exhibition ends: `{at, range}`, of `ends` at these times. */
export function endingWords(ends, now, locale) {
  const [at, low, high] = [ends.p50, ends.p10, ends.p90].map(end => timeOfDay(end, now, locale));
  return { at, range: low === high ? '' : ` (${low}–${high})` };
}

/** Whether an end is worth a word after the one `said` last, which may be null. */
export const worthSaying = (end, said) => said === null || Math.abs(end - said) > WORTH_SAYING_MS;
