import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  endingWords,
  lengthWords,
  riskWords,
  roughly,
  timeOfDay,
  turnWords,
  waitWords,
  worthSaying,
} from '../../static/js/forecast-words.js';

const MINUTE = 60_000;
const NOW = new Date(2026, 10, 24, 19, 29).getTime();
const plain = text => text.replaceAll('\u00a0', ' ');

const quantiles = (p10, p50 = p10, p90 = p50) => ({ p10, p50, p90 });
const forecast = (changes = {}) => ({
  boards: 24,
  walk: 'in-turn',
  total_ms: quantiles(90 * MINUTE, 112 * MINUTE, 139 * MINUTE),
  wait_ms: { p50: quantiles(110_000), p95: quantiles(300_000), max: quantiles(350_000) },
  break_even_boards: 8.5,
  ...changes,
});

test('a forecast isn’t more precise than it can be', () => {
  const words = {
    0: 'a few seconds',
    8_000: '10 s',
    43_000: '45 s',
    58_000: '1 min',
    100_000: '2 min',
    1_790_000: '30 min',
    3_599_000: '1 h',
    6_720_000: '1 h 50 min',
    56_700_000: '15 h 45 min',
  };
  for (const [ms, text] of Object.entries(words)) assert.equal(plain(roughly(Number(ms))), text);
});

test('how long, and until when', () => {
  const { end, range } = lengthWords(forecast(), 8_000, NOW, 'en-GB');
  assert.equal(plain(end), '24 boards at 8 s a move: about 1 h 50 min, you end near 21:20');
  assert.equal(plain(range), ' (between 1 h 30 min and 2 h 20 min).');
  const sure = lengthWords(
    forecast({ boards: 1, walk: 'one-at-a-time', total_ms: quantiles(5_000) }),
    500,
    NOW,
    'en-GB',
  );
  assert.equal(sure.end + sure.range, '1 board at 0.5 s a move: a few seconds, you end near 19:29.');
  const slow = lengthWords(
    forecast({ walk: 'one-at-a-time', total_ms: quantiles(15 * 60 * MINUTE) }),
    8_000,
    NOW,
    'en-GB',
  );
  assert.match(plain(slow.end), /^24 boards, one at a time, at 8 s a move: about 15 h, you end near Wed.* 10:30$/);
});

test('a time has its day where it isn’t today', () => {
  assert.equal(timeOfDay(NOW + 60 * MINUTE, NOW, 'en-GB'), '20:29');
  assert.match(timeOfDay(NOW + 300 * MINUTE, NOW, 'en-GB'), /^Wed,? 00:29$/);
  assert.match(timeOfDay(NOW + 30 * 24 * 60 * MINUTE, NOW, 'en-GB'), /^24 Dec,? (at )?19:29$/);
});

test('how long an opponent waits', () => {
  const waits = (p50, max, changes) =>
    plain(waitWords(forecast({ wait_ms: { p50: quantiles(p50), max: quantiles(max) }, ...changes })));
  assert.equal(waits(110_000, 350_000), 'An opponent waits about 2 min for a visit, 6 min at worst.');
  assert.equal(waits(600, 11_000), 'An opponent hardly waits for a visit, 10 s at worst.');
  assert.equal(waits(0, 900), 'Nobody waits for a visit.');
  assert.equal(
    waits(0, 55_000_000, { walk: 'one-at-a-time' }),
    'The last opponent waits about 15 h 15 min for a first move.',
  );
  assert.equal(waits(0, 0, { walk: 'one-at-a-time', boards: 1 }), '');
});

test('the risk on the clock, where there is one', () => {
  const risk = (master, opponent) => riskWords(forecast({ time_forfeit_risk: { master, opponent } }));
  assert.equal(riskWords(forecast()), '');
  assert.equal(
    risk(0.02, 0.4),
    'Losing on time: the master in 2 of 100 exhibitions, some opponent in 40 of 100 exhibitions.',
  );
  assert.equal(risk(0, 1), 'Losing on time: the master almost never, some opponent almost always.');
  assert.match(risk(0.001, 0.999), /master in 1 of 100 .* in 99 of 100/);
  assert.match(risk(0.2, 0), /More extra time for the master helps\.$/);
});

test('where more boards stop paying', () => {
  assert.equal(
    turnWords(forecast()),
    'Up to 8 boards the master waits for opponents; with more, they wait for the master.',
  );
  assert.equal(turnWords(forecast({ break_even_boards: 1.5 })), 'From 2 boards on, opponents wait for the master.');
  assert.equal(turnWords(forecast({ walk: 'one-at-a-time' })), '');
});

test('when a running exhibition ends', () => {
  const at = (hour, minute) => new Date(2026, 10, 24, hour, minute).getTime();
  assert.deepEqual(endingWords(quantiles(at(21, 20), at(21, 42), at(22, 5)), NOW, 'en-GB'), {
    at: '21:42',
    range: ' (21:20–22:05)',
  });
  assert.equal(endingWords(quantiles(at(21, 42)), NOW, 'en-GB').range, '');
});

test('a minute more or less needn’t be said', () => {
  assert.ok(worthSaying(NOW, null));
  assert.ok(!worthSaying(NOW + MINUTE, NOW));
  assert.ok(worthSaying(NOW - MINUTE - 1, NOW));
});
