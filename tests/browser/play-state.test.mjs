import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bulletin } from '../../static/js/evening-words.js';
import { asked, canMove, chosen, fold, lost, nothing, offer, phase, premoveDue, sent, toldAt, unanswered, withdrawn } from '../../static/js/play-state.js';
import { situation } from '../../static/js/play-panel.js';
import { resultForPlayer } from '../../static/js/words.js';

const START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1';
const seated = { type: 'seated', exhibition: '1', board: 7, name: 'Ada', color: 'black', token: 'secret' };
const game = (changes = {}) => ({
  type: 'game',
  board: 7,
  name: 'Ada',
  color: 'black',
  master: 'House',
  status: 'playing',
  initial_fen: START,
  moves: [],
  san: [],
  ply: 0,
  fen: START,
  turn: 'white',
  clock: null,
  draw_offer: null,
  result: null,
  termination: null,
  ...changes,
});
const e4 = {
  type: 'moved',
  board: 7,
  ply: 1,
  uci: 'e2e4',
  san: 'e4',
  fen: 'f1 b',
  turn: 'black',
  clock: null,
  legal_moves: ['e7e5'],
  legal_san: ['e5'],
};
const e5 = { type: 'moved', board: 7, ply: 2, uci: 'e7e5', san: 'e5', fen: 'f2 w', turn: 'white', clock: null };
/** A state in which a move has left. */
const moving = state => sent(asked(state, 'move', 'e7e5'));
const folded = (...messages) => messages.reduce((state, message) => fold(state, message, 0), nothing);

test('a seat, a wait, a visit, a move: the phases of a game', () => {
  assert.equal(phase(nothing), 'connecting');
  assert.equal(phase(folded(seated, game({ status: 'waiting' }))), 'waiting');
  assert.equal(phase(folded(seated, game({ status: 'waiting' }), { type: 'started', board: 7, clock: null })), 'away');
  assert.equal(phase(folded(seated, game(), { type: 'visit', board: 7 })), 'here');
  assert.equal(phase(folded(seated, game(), { type: 'visit', board: 7 }, e4)), 'your-move');
  assert.equal(phase(folded(seated, game(), e4, e5)), 'away');
});

/** What stands in the band, at local time `now`, where it is noon. */
const NOON = new Date(2026, 5, 1, 12).getTime();
const band = (state, now = 0, startsAt) => bulletin(toldAt(state, now, NOON, startsAt), NOON).map(({ text }) => text);
const announced = changes => ({ type: 'announced', at_ms: 1_000, text: null, last_round: false, closes_ms: null, starts_at: null, ...changes });
const visit = { type: 'visit', board: 7 };

test('each announcement says one thing, and the others stand', () => {
  const state = folded(seated, game(), announced({ text: 'Tea' }), announced({ closes_ms: 901_000 }), announced({ last_round: true }));
  const [last, closing, tea] = band(state);
  assert.match(last, /comes to you once more/);
  assert.match(closing, /^No more visits after 12:15/);
  assert.equal(tea, 'Tea');
  const other = band(fold(state, announced({ text: 'Coffee' }), 0));
  assert.deepEqual([other.length, other.at(-1)], [3, 'Coffee']);
  const ended = fold(state, { type: 'ended', board: 7, result: '1-0', termination: 'resignation' }, 0);
  assert.deepEqual(band(ended), []);
});

test('visits end later by as long as a break takes', () => {
  const state = folded(seated, game(), announced({ closes_ms: 901_000 }));
  const on = fold(fold(state, { type: 'paused', by: 'organiser' }, 60_000), { type: 'continued' }, 660_000);
  assert.equal(toldAt(on, 660_000, NOON).closesAt, NOON + 840_000);
  assert.equal(toldAt(fold(state, { type: 'paused', by: 'master' }, 60_000), 300_000, NOON).closesAt, NOON + 840_000);
});

test('in the last round the master comes once more, is here for the last time, and has been here', () => {
  const last = announced({ last_round: true });
  const due = folded(seated, game(), visit, last);
  assert.match(band(due)[0], /once more/, 'the visit that was on is not the last one');
  const here = fold(due, visit, 0);
  assert.match(band(here)[0], /last visit to you/);
  const gone = fold(here, { type: 'queue', boards_away: 1, eta_ms: null }, 0);
  assert.match(band(gone)[0], /for the last time/);
  // The same after a reload, which tells the game, the visit, and then what was announced.
  assert.match(band(folded(seated, game({ due: true }), visit, last))[0], /once more/);
  assert.match(band(folded(seated, game({ due: false }), visit, last))[0], /last visit to you/);
  assert.match(band(folded(seated, game({ due: false }), last))[0], /for the last time/);
});

test('once visits are over that is what is told, and no clock runs', () => {
  const clock = { white_ms: 60_000, black_ms: 50_000, running: 'black' };
  const state = folded(seated, game(), announced({ last_round: true }), { type: 'closed' });
  assert.deepEqual(Object.values(situation(state)).map(text => text.slice(0, 21)), ['The visits are over', 'The master comes to n']);
  assert.equal(fold(state, { ...e4, clock }, 0).game.clock.running, null);
  assert.equal(situation(fold(state, { type: 'reopened' }, 0)).headline, 'The master will come');
  assert.equal(fold(state, game(), 0).closed, false, 'told again after the game, if it is so');
});

test('before the start everybody is asked to be there; a start that is put off is not told any more', () => {
  const state = folded(seated, game({ status: 'waiting' }), announced({ starts_at: NOON + 200_000 }));
  assert.match(band(state)[0], /^It begins at 12:03.*: please be at your board\.$/);
  assert.match(band(state, 0, NOON + 3_600_000)[0], /^It begins at 01:00|^It begins at 13:00/);
  assert.deepEqual(band(state, 0, null), []);
  assert.deepEqual(band(fold(state, { type: 'started', board: 7, clock: null }, 0)), []);
});

test('another name and another board are told', () => {
  const named = folded(seated, game({ status: 'waiting' }), { type: 'renamed', board: 7, name: 'Ada L.' });
  assert.deepEqual([named.seat.name, named.notice.text], ['Ada L.', 'The organiser has corrected your name: “Ada L.”.']);
  const moved = fold(named, { type: 'reseated', board: 7, to: 3 }, 0);
  const there = fold(fold(moved, { ...seated, board: 3 }, 0), game({ board: 3, status: 'waiting' }), 0);
  assert.deepEqual([there.seat.board, there.notice.text], [3, 'The organiser has given you another place: board 3.']);
});

test('the clocks stop and go on when the server says so', () => {
  const clock = running => ({ white_ms: 60_000, black_ms: 50_000, running });
  const timed = folded(seated, game({ clock: clock('white') }), { ...e4, clock: clock('black') });
  const stopped = fold(timed, { type: 'clock', board: 7, clock: clock(null) }, 9000);
  assert.equal(stopped.game.clock.running, null);
  assert.match(situation(stopped, null).detail, /clocks stand still/);
  const going = fold(stopped, { type: 'clock', board: 7, clock: clock('black') }, 20_000);
  assert.deepEqual([going.game.clock.running, going.game.heardAt], ['black', 20_000]);
  assert.equal(phase(going), 'your-move');
  assert.doesNotMatch(situation(going, null).detail, /clocks stand still/);
});

test('a sent move is pending until its receipt', () => {
  const pending = moving(folded(seated, game(), e4));
  assert.equal(phase(pending), 'sending');
  assert.ok(!canMove(pending));
  assert.deepEqual(unanswered(pending), { type: 'move', ply: 2, uci: 'e7e5' });
  const stored = fold(pending, e5, 0);
  assert.equal(stored.pending, null);
  assert.deepEqual(stored.game.moves, ['e2e4', 'e7e5']);
});

test('after a reconnect an unanswered move is sent again, a stored one is not', () => {
  const pending = moving(folded(seated, game(), e4));
  const asBefore = game({ ply: 1, moves: ['e2e4'], san: ['e4'], turn: 'black' });
  assert.deepEqual(unanswered(fold(fold(pending, seated, 0), asBefore, 0)), { type: 'move', ply: 2, uci: 'e7e5' });
  const withIt = game({ ply: 2, moves: ['e2e4', 'e7e5'], san: ['e4', 'e5'] });
  assert.equal(unanswered(fold(pending, withIt, 0)), null);
  assert.equal(unanswered(fold(pending, game({ ...asBefore, status: 'ended' }), 0)), null);
});

test('a move without a line waits for it, can be withdrawn, and goes on where it still fits', () => {
  const offline = asked(lost(folded(seated, game(), e4)), 'move', 'e7e5');
  assert.equal(phase(offline), 'waiting-for-line');
  assert.match(situation(offline, null).detail, /Your move e5 is sent as soon as the line is back/);
  assert.ok(!canMove(offline));
  assert.ok(canMove(withdrawn(offline)));
  const asBefore = game({ ply: 1, moves: ['e2e4'], san: ['e4'], turn: 'black' });
  const back = fold(offline, asBefore, 0);
  assert.deepEqual([phase(back), unanswered(back)], ['sending', { type: 'move', ply: 2, uci: 'e7e5' }]);
  const ended = fold(offline, game({ ...asBefore, status: 'ended', result: '1-0', termination: 'time_forfeit' }), 0);
  assert.equal(ended.pending, null);
  assert.match(ended.notice.text, /over before e5 reached/);
});

test('what has left can’t be withdrawn: the server may have it', () => {
  const broken = lost(moving(folded(seated, game(), e4)));
  assert.match(situation(broken, null).detail, /was on its way when the line broke/);
  assert.ok(withdrawn(broken).pending);
});

test('resigning and draw offers wait for the line too', () => {
  const state = lost(folded(seated, game(), e4));
  const asBefore = game({ ply: 1, moves: ['e2e4'], san: ['e4'], turn: 'black' });
  for (const type of ['resign', 'offer_draw'])
    assert.deepEqual(unanswered(fold(asked(state, type), asBefore, 0)), { type }, type);
  const on = game({ ply: 3, moves: ['e2e4', 'e7e5', 'g1f3'], san: ['e4', 'e5', 'Nf3'], turn: 'black' });
  assert.deepEqual(unanswered(fold(asked(state, 'resign'), on, 0)), { type: 'resign' });
  const late = fold(asked(state, 'offer_draw'), on, 0);
  assert.deepEqual([late.pending, late.notice.text], [null, 'The game went on meanwhile: your draw offer was not made.']);
});

test('a refused move is taken back and the reason told', () => {
  const pending = moving(folded(seated, game(), e4));
  const refused = fold(pending, { type: 'error', code: 'illegal_move', message: 'That isn’t legal.', ply: 2 }, 0);
  assert.equal(refused.pending, null);
  assert.equal(refused.game.ply, 1);
  assert.equal(refused.notice.text, 'That isn’t legal.');
  assert.ok(canMove(refused));
});

test('an error about something else leaves the move pending; so does one that doesn’t know', () => {
  const pending = moving(folded(seated, game(), e4));
  assert.ok(fold(pending, { type: 'error', code: 'not_allowed', message: 'No draw now.' }, 0).pending);
  assert.ok(fold(pending, { type: 'error', code: 'internal', message: 'Send it again.', ply: 2 }, 0).pending);
});

test('a receipt that comes twice counts once, a missing move is noticed', () => {
  const state = folded(seated, game(), e4);
  assert.equal(fold(state, e4, 0), state);
  assert.ok(fold(state, { ...e4, ply: 3 }, 0).gap);
});

test('draw offers: whose stands, and until when', () => {
  const offered = by => folded(seated, game(), e4, { type: 'draw_offered', board: 7, by });
  assert.equal(offer(offered('white')), 'theirs');
  assert.equal(offer(offered('black')), 'mine');
  assert.equal(offer(fold(offered('black'), e5, 0)), 'mine');
  assert.equal(offer(fold(offered('white'), e5, 0)), null);
  const declined = fold(offered('black'), { type: 'draw_declined', board: 7, by: 'white' }, 0);
  assert.equal(offer(declined), null);
  assert.equal(declined.notice.text, 'The master declines the draw.');
  assert.equal(fold(offered('white'), { type: 'draw_declined', board: 7, by: 'black' }, 0).notice, null);
});

test('the distance to the master; none away means here', () => {
  const away = folded(seated, game(), { type: 'queue', boards_away: 3, eta_ms: 40_000 });
  assert.deepEqual(away.queue, { boardsAway: 3, etaMs: 40_000 });
  assert.equal(phase(fold(away, { type: 'queue', boards_away: 0, eta_ms: 0 }, 0)), 'here');
});

test('the end of a game stops everything', () => {
  const clock = { white_ms: 1_000, black_ms: 2_000, running: 'black' };
  const state = folded(
    seated,
    game(),
    { ...e4, clock },
    { type: 'ended', board: 7, result: '1-0', termination: 'resignation' },
  );
  assert.equal(phase(state), 'ended');
  assert.equal(state.game.clock.running, null);
  assert.ok(!canMove(state));
});

test('results in words, from this player’s side', () => {
  const told = (result, termination) => resultForPlayer('black', result, termination, 'House');
  assert.equal(told('0-1', 'checkmate'), 'You won by checkmate.');
  assert.equal(told('1-0', 'checkmate'), 'House won by checkmate.');
  assert.equal(told('0-1', 'resignation'), 'You won: House resigned.');
  assert.equal(told('1-0', 'resignation'), 'You resigned.');
  assert.equal(told('0-1', 'time_forfeit'), 'You won on time.');
  assert.equal(told('1/2-1/2', 'stalemate'), 'A draw by stalemate.');
  assert.equal(told('1/2-1/2', 'time_forfeit'), 'A draw — time ran out, but there was no mating material.');
  assert.equal(told('1-0', 'adjudication'), 'House won by adjudication.');
  assert.equal(told('1-0', 'abandonment'), 'House won: you left the game.');
  assert.equal(told('*', 'aborted'), 'This game was broken off and doesn’t count.');
});

const NEXT = { from: 'g8', to: 'f6' };
const asBefore = game({ ply: 1, moves: ['e2e4'], san: ['e4'], turn: 'black' });
const on = game({ ply: 3, moves: ['e2e4', 'e7e5', 'g1f3'], san: ['e4', 'e5', 'Nf3'], turn: 'black' });
const instead = game({ ply: 3, moves: ['e2e4', 'd7d5', 'e4d5'], san: ['e4', 'd5', 'exd5'], turn: 'black' });

test('a premove on a pending move is played after that move, and goes with it', () => {
  const waits = chosen(asked(lost(folded(seated, game(), e4)), 'move', 'e7e5'), NEXT);
  assert.ok(!premoveDue(waits));
  const again = fold(waits, asBefore, 0);
  assert.ok(again.premove && again.pending && !premoveDue(again), 'sent again, and still on top of it');
  assert.ok(premoveDue(fold(waits, on, 0)), 'the server had heard the move, and the master has answered');
  const gone = /Your next move, g8–f6, is taken back too\.$/;
  const refusal = { type: 'error', code: 'illegal_move', message: 'That isn’t legal.', ply: 2 };
  const d5 = { ...e5, uci: 'd7d5', san: 'd5' };
  for (const [what, then, said] of [
    ['refused', fold(sent(waits), refusal, 0), /^That isn’t legal\. Your/],
    ['replaced', fold(waits, instead, 0), /^The game went on meanwhile: e5 was not played\. Your/],
    ['overtaken', fold(sent(waits), d5, 0), /^The game went on meanwhile: e5 was not played\. Your/],
    ['withdrawn', withdrawn(waits), /^Your/],
    ['too late', fold(waits, game({ ...asBefore, status: 'ended', result: '1-0' }), 0), /^The game was over before e5/],
  ]) {
    assert.deepEqual([then.premove, then.pending, premoveDue(then)], [null, null, false], what);
    assert.match(then.notice.text, said, what);
    assert.match(then.notice.text, gone, what);
  }
  assert.equal(fold(sent(waits), { type: 'ended', board: 7, result: '1-0', termination: 'time_forfeit' }, 0).premove, null);
});

test('a premove is for one turn: whoever comes back later than that is told', () => {
  const early = chosen(folded(seated, game()), NEXT);
  assert.ok(premoveDue(fold(early, e4, 0)));
  const late = fold(lost(early), on, 0);
  assert.equal(late.premove, null);
  assert.match(late.notice.text, /your next move, g8–f6, was not played/);
  assert.equal(chosen(folded(seated, game(), e4), NEXT).premove, null, 'where it is one’s turn there is no premove');
});

test('a premove is for one position: a game that is another by then takes it back', () => {
  const early = chosen(folded(seated, game(), e4, e5), NEXT);
  const other = fold(lost(early), instead, 0);
  assert.deepEqual([other.premove, premoveDue(other)], [null, false]);
  assert.match(other.notice.text, /g8–f6, is taken back too/);
});

test('a premove waits for the answer to what was asked for beside it', () => {
  for (const type of ['offer_draw', 'resign']) {
    const asking = fold(sent(asked(chosen(folded(seated, game()), NEXT), type)), e4, 0);
    assert.ok(asking.premove && !premoveDue(asking), type);
    const refused = fold(asking, { type: 'error', code: 'not_allowed', message: 'Not now.' }, 0);
    assert.ok(premoveDue(refused), type);
    const over = fold(asking, { type: 'ended', board: 7, result: '1-0', termination: 'resignation' }, 0);
    assert.equal(over.premove, null, type);
  }
});
