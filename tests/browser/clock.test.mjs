import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  formatClock,
  formatClockBriefly,
  formatDuration,
  formatElapsed,
  formatEstimate,
  remaining,
  stopped,
} from '../../static/js/clock.js';

test('a clock never shows zero while there is time', () => {
  const faces = {
    1_800_000: '30:00',
    1_799_001: '30:00',
    3_600_000: '1:00:00',
    3_909_000: '1:05:09',
    10_000: '0:10',
    9_999: '0:10.0',
    9_400: '0:09.4',
    1: '0:00.1',
    0: '0:00.0',
  };
  for (const [ms, face] of Object.entries(faces)) assert.equal(formatClock(Number(ms)), face);
});

test('a small clock leaves out the seconds of a long time', () => {
  const faces = {
    3_600_000: '1 h 00',
    7_199_999: '1 h 59',
    36_300_000: '10 h 05',
    3_599_000: '59:59',
    9_400: '0:09.4',
  };
  for (const [ms, face] of Object.entries(faces))
    assert.equal(formatClockBriefly(Number(ms)), face.replaceAll(' ', '\u202f'));
});

test('durations are as precise as one wants to read them', () => {
  const words = {
    0: '0 s',
    130: '0.1 s',
    9_960: '10 s',
    40_000: '40 s',
    125_000: '2 min 5 s',
    120_000: '2 min',
    599_600: '10 min',
    2_880_000: '48 min',
    16_680_000: '4 h 38 min',
    7_200_000: '2 h',
  };
  for (const [ms, text] of Object.entries(words)) assert.equal(formatDuration(Number(ms)), text);
});

test('estimates don’t pretend to more than they know', () => {
  const words = {
    0: 'a few seconds',
    41_000: 'about 40 s',
    59_000: 'about a minute',
    90_000: 'about a minute',
    150_000: 'about 3 min',
  };
  for (const [ms, text] of Object.entries(words)) assert.equal(formatEstimate(Number(ms)), text);
});

test('running time', () => {
  assert.equal(formatElapsed(0), '0:00');
  assert.equal(formatElapsed(760_999), '12:40');
  assert.equal(formatElapsed(-5), '0:00');
});

test('only the running side loses time, and never more than it has', () => {
  const clock = { white_ms: 5_000, black_ms: 9_000, running: 'white' };
  assert.equal(remaining(clock, 'white', 1_200), 3_800);
  assert.equal(remaining(clock, 'black', 1_200), 9_000);
  assert.equal(remaining(clock, 'white', 99_000), 0);
  assert.deepEqual(stopped(clock, 1_000), { white_ms: 4_000, black_ms: 9_000, running: null });
  assert.equal(stopped(null, 1_000), null);
});
