import assert from 'node:assert/strict';
import { test } from 'node:test';

import { destinations, movesBetween, placements } from '../../static/js/position.js';

const START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1';
const after = (fen, ...moves) => placements(fen, moves).at(-1);

test('positions after each move, the first included', () => {
  assert.deepEqual(placements(START, ['e2e4', 'e7e5', 'g1f3']), [
    'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR',
    'rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR',
    'rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR',
    'rnbqkbnr/pppp1ppp/8/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R',
  ]);
});

test('castling moves the rook, however it is written', () => {
  const fen = 'r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1';
  assert.equal(after(fen, 'e1g1'), 'r3k2r/8/8/8/8/8/8/R4RK1');
  assert.equal(after(fen, 'e1h1'), 'r3k2r/8/8/8/8/8/8/R4RK1');
  assert.equal(after(fen, 'e1c1', 'e8c8'), '2kr3r/8/8/8/8/8/8/2KR3R');
  assert.equal(after(fen, 'e1a1', 'e8h8'), 'r4rk1/8/8/8/8/8/8/2KR3R');
});

test('a king takes a rook of the other side like anything else', () => {
  assert.equal(after('4k3/8/8/8/8/8/5r2/4K3 w - - 0 1', 'e1f2'), '4k3/8/8/8/8/8/5K2/8');
});

test('en passant takes the pawn that isn’t on the square', () => {
  assert.equal(after('4k3/3p4/8/4P3/8/8/8/4K3 b - - 0 1', 'd7d5', 'e5d6'), '4k3/8/3P4/8/8/8/8/4K3');
});

test('a pawn becomes what it was promoted to, in its own colour', () => {
  assert.equal(after('8/P7/8/8/8/8/p7/k6K w - - 0 1', 'a7a8n', 'a2b1'.slice(0, 4)).split('/')[0], 'N7');
  assert.equal(after('1n5k/P7/8/8/8/8/8/7K w - - 0 1', 'a7b8q'), '1Q5k/8/8/8/8/8/8/7K');
  assert.equal(after('7k/8/8/8/8/8/p7/7K b - - 0 1', 'a2a1r'), '7k/8/8/8/8/8/8/r6K');
});

test('in Chess960 the king goes onto its rook alone, wherever both stand', () => {
  const moves = ['b1a1', 'b1e1', 'b1c1'];
  const sans = ['O-O-O', 'O-O', 'Kc1'];
  assert.deepEqual(destinations(moves, sans, 'chess960').get('b1'), ['a1', 'e1', 'c1']);
  const fen = 'rk2r3/8/8/8/8/8/8/RK2R3 w KQkq - 0 1';
  assert.equal(after(fen, 'b1e1'), 'rk2r3/8/8/8/8/8/8/R4RK1');
  assert.equal(after(fen, 'b1a1', 'b8e8'), 'r4rk1/8/8/8/8/8/8/2KRR3');
});

test('castling may be shown by putting the king on its rook', () => {
  const moves = ['e1g1', 'e1c1', 'e1e2'];
  const san = ['O-O', 'O-O-O', 'Ke2'];
  assert.deepEqual(destinations(moves, san).get('e1'), ['g1', 'h1', 'c1', 'a1', 'e2']);
  assert.deepEqual(movesBetween('e1', 'h1', moves, san), ['e1g1']);
  assert.deepEqual(movesBetween('e1', 'a1', moves, san), ['e1c1']);
  assert.deepEqual(movesBetween('e1', 'e2', moves, san), ['e1e2']);
  assert.deepEqual(movesBetween('e1', 'e3', moves, san), []);
});

test('a promotion has four moves between the same squares', () => {
  assert.equal(movesBetween('a7', 'a8', ['a7a8q', 'a7a8r', 'a7a8b', 'a7a8n', 'a7b8q']).length, 4);
});
