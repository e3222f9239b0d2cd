import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deed, honour, outcome, positionSaid, sides } from '../../static/js/certificate-words.js';
import { inBars, stepFor } from '../../static/js/bar-chart.js';
import { barLabel, CHARTS, chartSummary, ENDINGS, eveningFacts, outcomeWord, scoreLine } from '../../static/js/results-words.js';
import { placementOf } from '../../static/js/position.js';

const TERMINATIONS = [
  ...['checkmate', 'resignation', 'time_forfeit', 'agreement', 'stalemate', 'threefold_repetition', 'fifty_moves'],
  ...['insufficient_material', 'abandonment', 'adjudication', 'aborted'],
];

test('every way in which a game can end has its word', () => {
  assert.deepEqual(Object.keys(ENDINGS).sort(), TERMINATIONS.toSorted());
});

test('a certificate tells what was done, and mocks nobody', () => {
  const game = (color, result, plies) => deed({ color, result, plies }, 'Judit');
  assert.equal(game('black', '0-1', 68), 'beat Judit in 34 moves');
  assert.equal(game('white', '1-0', 1), 'beat Judit in 1 move');
  assert.equal(game('black', '1/2-1/2', 82), 'held Judit to a draw in 41 moves');
  assert.equal(game('black', '1-0', 81), 'stood up to Judit for 41 moves');
  assert.equal(game('white', '0-1', 7), 'played Judit in a game of 4 moves');
  assert.equal(game('white', '0-1', 0), 'sat down against Judit');
  assert.equal(game('white', '1-0', 0), 'won against Judit');
  assert.equal(game('white', '*', 30), 'sat down against Judit');
  assert.equal(sides({ name: 'Ada', color: 'black' }, 'Judit'), 'Judit – Ada');
  assert.equal(outcome({ result: '1/2-1/2', termination: 'agreement' }), '½–½, agreement');
});

test('a certificate tells what its board has beyond others, once all is over', () => {
  const results = { status: 'finished', boards: [{}, {}], first_to_win: 2, last_to_stand: 1, longest_fight: 2, dearest: 1 };
  assert.match(honour(results, 2), /first to win/);
  assert.match(honour(results, 1), /last to stand/);
  assert.equal(honour(results, 3), null);
  assert.equal(honour({ ...results, status: 'running' }, 2), null);
  assert.equal(honour({ ...results, boards: [{}] }, 2), null, 'a single board is not the longest of any');
});

test('a position is told with the kings first', () => {
  const fen = '7k/8/8/3p4/8/8/6Q1/7K w - - 0 1';
  assert.equal(positionSaid(placementOf(fen)), 'White: king h1, queen g2. Black: king h8, pawn d5.');
});

test('a line says how it went for the opponent', () => {
  const word = (status, color, result) => outcomeWord({ status, color, result });
  assert.deepEqual(
    [word('ended', 'black', '0-1'), word('ended', 'white', '0-1'), word('ended', 'white', '1/2-1/2')],
    ['won', 'lost', 'drew'],
  );
  assert.deepEqual([word('ended', 'white', '*'), word('playing', 'white', null), word('waiting', 'white', null)], ['no result', 'playing', '']);
  assert.equal(scoreLine({ wins: 1, draws: 0, losses: 2, playing: 1 }), '1 win · 0 draws · 2 losses for the master · 1 game going on');
});

test('the facts of an evening are those that there are', () => {
  const line = (board, more) => ({ board, name: `N${board}`, plies: 41, master_ms: 5_000, longest_visit_ms: 3_000, ended_ms: 61_000, ...more });
  const results = {
    boards: [line(1), line(4)],
    walk: { mode: 'in-turn', started_ms: 1_000, visits: 4, master_ms: 10_000 },
    rounds: [4_000, 6_000],
    ...{ longest_fight: 4, dearest: 1, longest_visit: 1, first_to_fall: 4, first_to_win: null, last_to_stand: 1 },
  };
  const told = eveningFacts(results).map(({ term, board, who, what }) => `${term}|${board}|${who}|${what}`);
  assert.deepEqual(told, [
    'Longest fight|4|N4|21 moves',
    'Cost the master most|1|N1|5 s',
    'Longest single visit|1|N1|3 s',
    'First to fall|4|N4|after 1 min',
    'Last to stand|1|N1|until 1 min',
    'The master’s time for a visit|null|2.5 s on average|4 visits',
    'Rounds|null|2 complete rounds|5 s on average',
  ]);
  const nothing = { longest_fight: null, dearest: null, longest_visit: null, first_to_fall: null, last_to_stand: null };
  const before = { ...results, ...nothing, rounds: [], walk: { ...results.walk, visits: 0 } };
  assert.deepEqual(eveningFacts(before), []);
  assert.ok(!eveningFacts({ ...results, walk: { ...results.walk, mode: 'ready-first' } }).some(fact => fact.term === 'Rounds'));
});

test('bars are put together where there are too many, and none is lost', () => {
  const values = Array.from({ length: 1_001 }, (_, i) => ({ number: i + 1, ms: i }));
  const bars = inBars(values, 120);
  assert.ok(bars.length <= 120);
  assert.deepEqual([bars[0].first, bars.at(-1).last], [1, 1_001]);
  bars.slice(1).forEach((bar, i) => assert.equal(bar.first, bars[i].last + 1));
  assert.deepEqual(inBars(values.slice(0, 3), 3), [0, 1, 2].map(ms => ({ first: ms + 1, last: ms + 1, ms })));
  assert.equal(barLabel(CHARTS.rounds, 3, 3, 61_000), 'Round 3: 1 min 1 s');
  assert.equal(barLabel(CHARTS.rounds, 3, 5, 61_000), 'Round 3–5: 1 min 1 s on average');
  assert.match(chartSummary(CHARTS.boards, [{ ms: 1_000 }, { ms: 3_000 }]), /2 bars, 2 s on average, 3 s at most/);
});

test('an axis has few lines, whatever the times are', () => {
  for (const most of [1, 7, 999, 1_001, 59_000, 61_000, 3_599_000, 90_000_000, 9e9]) {
    const step = stepFor(most);
    assert.ok(Math.ceil(most / step) <= 4 && step <= Math.max(1, most * 1.3), `${most}: ${step}`);
  }
});
