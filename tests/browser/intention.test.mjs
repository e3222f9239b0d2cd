import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answers, fate, frameOf, intention, waitingSentence } from '../../static/js/intention.js';

const game = (changes = {}) => ({
  status: 'playing',
  moves: ['e2e4'],
  ply: 1,
  legal_moves: ['e7e5', 'g8f6'],
  legal_san: ['e5', 'Nf6'],
  draw_offer: null,
  ...changes,
});
const on = game({ moves: ['e2e4', 'd7d5', 'e4d5'], ply: 3 });
const over = game({ status: 'ended' });

test('a frame says no more than the contract knows', () => {
  assert.deepEqual(frameOf(intention(game(), 'move', 'g8f6')), { type: 'move', ply: 2, uci: 'g8f6' });
  assert.deepEqual(frameOf(intention(game(), 'resign')), { type: 'resign' });
});

test('what was asked for goes on exactly while it still means the same', () => {
  const offered = game({ draw_offer: 'white' });
  for (const [type, uci, then, expected] of [
    ['move', 'e7e5', game(), 'fits'],
    ['move', 'e7e5', game({ moves: ['e2e4', 'e7e5'], ply: 2 }), 'done'],
    ['move', 'e7e5', on, /went on meanwhile: e5 was not played/],
    ['move', 'e7e5', over, /over before e5 reached/],
    ['resign', undefined, game(), 'fits'],
    ['resign', undefined, on, 'fits'],
    ['resign', undefined, over, /over before you resigned/],
    ['offer_draw', undefined, game(), 'fits'],
    ['offer_draw', undefined, game({ draw_offer: 'black' }), 'done'],
    ['offer_draw', undefined, on, /your draw offer was not made/],
    ['offer_draw', undefined, over, /over before your draw offer/],
    ['accept_draw', undefined, offered, 'fits'],
    ['accept_draw', undefined, game(), /no longer stands/],
    ['accept_draw', undefined, over, /over before you accepted/],
    ['decline_draw', undefined, offered, 'fits'],
    ['decline_draw', undefined, game(), 'done'],
  ]) {
    const found = fate(intention(game(), type, uci), then, 'black');
    if (expected instanceof RegExp) assert.match(found, expected, type);
    else assert.equal(found, expected, type);
  }
});

test('what had left before the line broke is no news when the game is over by it', () => {
  for (const type of ['resign', 'offer_draw', 'accept_draw'])
    assert.equal(fate({ ...intention(game(), type), sent: true }, over, 'black'), 'done', type);
});

test('an answer is the one to the question', () => {
  const move = intention(game(), 'move', 'e7e5');
  assert.ok(answers({ type: 'moved', ply: 2 }, move, 'black'));
  assert.ok(!answers({ type: 'draw_declined', by: 'white' }, move, 'black'));
  const offer = intention(game(), 'offer_draw');
  assert.ok(answers({ type: 'draw_offered', by: 'black' }, offer, 'black'));
  assert.ok(!answers({ type: 'draw_offered', by: 'white' }, offer, 'black'));
  assert.ok(!answers({ type: 'moved', ply: 2 }, intention(game(), 'resign'), 'black'));
  assert.ok(answers({ type: 'ended' }, intention(game(), 'resign'), 'black'));
});

test('the page says what waits', () => {
  assert.match(waitingSentence(intention(game(), 'move', 'g8f6')), /^Your move Nf6 is sent/);
  assert.match(waitingSentence(intention(game(), 'resign')), /^Your resignation is sent/);
  assert.match(waitingSentence({ ...intention(game(), 'resign'), sent: true }), /on its way when the line broke/);
});
