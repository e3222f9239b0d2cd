import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  forecastQuery,
  isClock,
  masterTime,
  meanTime,
  parseTime,
  varyingMoves,
  varyingTime,
} from '../../static/js/forecast-question.js';

test('times are read as people write them', () => {
  const times = {
    8: 8_000,
    '8s': 8_000,
    '8 s': 8_000,
    '500ms': 500,
    '1.5m': 90_000,
    '1 min 30 sec': 90_000,
    '1h30m': 5_400_000,
    ' 2S ': 2_000,
  };
  for (const [text, ms] of Object.entries(times)) assert.equal(parseTime(text), ms, text);
  for (const text of ['', 'a while', '-5s', '5x', 's', '5s!']) assert.equal(parseTime(text), null, text);
  assert.equal(meanTime('60s ± 45s'), 60_000);
  assert.equal(meanTime('soon'), null);
});

test('what varies does so by half, unless somebody says how much', () => {
  assert.equal(varyingTime('8s'), '8000ms±4000ms');
  assert.equal(varyingTime('60s ± 45s'), '60000ms±45000ms');
  assert.equal(varyingTime('60 +- 0'), '60000ms±0ms');
  assert.equal(varyingMoves('35'), '35±17');
  assert.equal(varyingMoves('1'), '1±0');
  assert.equal(varyingMoves('35±12'), '35±12');
});

test('what makes no sense goes to the server as it is, which says what would', () => {
  for (const text of ['a while', '8s±', '8s±1s±1s', '']) assert.equal(varyingTime(text), text);
  assert.equal(varyingMoves('many'), 'many');
});

test('an empty form asks about what the server was started with, or about a usual club', () => {
  assert.deepEqual(Object.fromEntries(new URLSearchParams(forecastQuery({}))), {
    boards: '24',
    walk: 'in-turn',
    master: '2000ms±1000ms',
    opponent: '60000ms±30000ms',
    moves: '35±17',
  });
  const started = { boards: 12, walk: 'ready-first', think: '5s', clock: '30m+20s', master_extra: '1h' };
  assert.deepEqual(Object.fromEntries(new URLSearchParams(forecastQuery({ moves: '30' }, started))), {
    boards: '12',
    walk: 'ready-first',
    master: '5000ms±2500ms',
    opponent: '60000ms±30000ms',
    moves: '30±15',
    clock: '30m+20s',
    master_extra: '1h',
  });
});

test('extra time needs a clock, and what is said for the forecast comes before the engine’s time', () => {
  assert.ok(!new URLSearchParams(forecastQuery({ master_extra: '1h' })).has('master_extra'));
  assert.ok(!new URLSearchParams(forecastQuery({ clock: 'None' }, { clock: '5m+3s' })).has('clock'));
  assert.ok(isClock('5m+3s') && !isClock('') && !isClock(' none ') && !isClock(undefined));
  assert.equal(masterTime({ master: '8s', think: '2s' }, {}), '8s');
  assert.equal(masterTime({ think: '3s' }, { think: '5s' }), '3s');
});
