import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matchMoves, moveNumber, speak } from '../../static/js/notation.js';

/** A position's legal moves, by hand: what the server would list. */
const LEGAL = {
  g8f6: 'Nf6',
  b8c6: 'Nc6',
  b8d7: 'Nbd7',
  f6d7: 'Nfd7',
  e7e5: 'e5',
  f1c4: 'Bc4',
  b3c4: 'bxc4',
  e5d6: 'exd6',
  e1g1: 'O-O',
  e1c1: 'O-O-O',
  d8d2: 'Qxd2+',
  h1e1: 'Rhe1#',
  e2e8q: 'e8=Q+',
  e2e8r: 'e8=R+',
  e2e8b: 'e8=B',
  e2e8n: 'e8=N',
};
const found = text =>
  matchMoves(text, Object.keys(LEGAL), Object.values(LEGAL))
    .map(move => move.uci)
    .sort();

const READINGS = {
  Nf6: 'g8f6',
  ' nf6 ': 'g8f6',
  'nc6!': 'b8c6',
  Ng8f6: 'g8f6',
  'Ng8-f6': 'g8f6',
  g8f6: 'g8f6',
  'G8-F6': 'g8f6',
  Bc4: 'f1c4',
  bc4: 'b3c4',
  bxc4: 'b3c4',
  'exd6 e.p.': 'e5d6',
  ed6: 'e5d6',
  e5xd6: 'e5d6',
  e5: 'e7e5',
  'e7-e5': 'e7e5',
  Qd2: 'd8d2',
  qxd2: 'd8d2',
  'Qxd2+': 'd8d2',
  Rhe1: 'h1e1',
  'O-O': 'e1g1',
  '0-0': 'e1g1',
  oo: 'e1g1',
  'o-o-o': 'e1c1',
  '0-0-0': 'e1c1',
  e1g1: 'e1g1',
  e1h1: 'e1g1',
  e1a1: 'e1c1',
  'e8=Q': 'e2e8q',
  e8q: 'e2e8q',
  'e8(N)': 'e2e8n',
  e2e8r: 'e2e8r',
  'e8=Q#': 'e2e8q',
};

for (const [typed, uci] of Object.entries(READINGS)) {
  test(`"${typed}" is read as ${uci}`, () => assert.deepEqual(found(typed), [uci]));
}

test('a promotion without a piece leaves the choice open', () => {
  for (const typed of ['e8', 'e2e8', 'e2-e8'])
    assert.deepEqual(found(typed), ['e2e8b', 'e2e8n', 'e2e8q', 'e2e8r'], typed);
});

test('two knights that can go there are both offered', () => {
  assert.deepEqual(found('Nd7'), ['b8d7', 'f6d7']);
});

test('what is not legal is not guessed at', () => {
  for (const typed of ['', '   ', 'Ke2', 'e4', 'hello', 'Nf3', '<b>', '0', 'x', 'a9'])
    assert.deepEqual(found(typed), [], typed);
});

test('without SAN from the server, squares still work', () => {
  assert.deepEqual(
    matchMoves('e7-e5', ['e7e5']).map(move => move.uci),
    ['e7e5'],
  );
});

test('moves are spoken as in a hall', () => {
  const spoken = {
    Nf3: 'Knight f3',
    exd5: 'e takes d5',
    'Qxh7#': 'Queen takes h7, checkmate',
    'O-O': 'castles short',
    'O-O-O+': 'castles long, check',
    'e8=Q+': 'e8 becomes queen, check',
    Rhe1: 'Rook h e1',
    e4: 'e4',
  };
  for (const [san, words] of Object.entries(spoken)) assert.equal(speak(san), words);
});

test('move numbers come from the position after the move', () => {
  assert.equal(moveNumber('rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2'), '1…');
  assert.equal(moveNumber('rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1'), '1.');
});
