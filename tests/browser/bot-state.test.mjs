import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linesOf } from '../../static/js/bot-clients.js';
import { botOf, follow, overall, standing } from '../../static/js/bot-state.js';
import { CLIENTS, fewer, seatLine, sitLabel, situation } from '../../static/js/bot-words.js';

const free = { state: 'free', name: null, bot: false, connected: false, status: 'waiting' };
const robo = { state: 'seated', name: 'Robo', bot: true, connected: false, status: 'waiting' };

/** A state of these boards, numbered from 1. */
function hall(...boards) {
  const numbered = boards.map((board, at) => ({ ...board, board: at + 1 }));
  return { boards: numbered, index: new Map(numbered.map(({ board }, at) => [board, at])) };
}

const one = botOf({ token: 'sp_1', name: 'Robo', board: 2, boards: [2] }, 1);
const boardsOf = bot => bot.seats.map(({ board }) => board);

test('each seat stands as its board does', () => {
  const stands = board => standing(one.seats[0], hall(free, board));
  assert.equal(stands(robo), 'away');
  assert.equal(stands({ ...robo, connected: true }), 'here');
  assert.equal(stands({ ...robo, connected: true, status: 'playing' }), 'playing');
  assert.equal(stands({ ...robo, status: 'ended' }), 'ended');
  assert.equal(stands({ ...free, state: 'applied' }), 'applied');
  for (const all of ['gone', 'applied', 'ended', 'away', 'here', 'playing']) {
    assert.equal(seatLine(all, { result: '1-0' }).length, 2, all);
    assert.match(situation(all, { status: 'running', delayed: false }), /^[A-Z].{10,}\.$/);
  }
});

test('of several seats that wants saying which wants doing', () => {
  const bot = botOf({ token: 'sp_1', name: 'Robo', board: 1, boards: [1, 2] }, 3);
  const stands = (...boards) => overall(bot, hall(...boards));
  assert.equal(stands({ ...robo, connected: true }, { ...robo, name: 'Robo 2' }), 'away');
  assert.equal(stands({ ...robo, connected: true, status: 'playing' }, { ...robo, name: 'Robo 2', status: 'ended' }), 'playing');
  assert.equal(stands({ ...robo, status: 'ended' }, { ...robo, name: 'Robo 2', status: 'ended' }), 'ended');
  assert.match(fewer(bot), /^Only 2 seats were free/);
  assert.equal(fewer({ ...bot, wanted: 2 }), '');
});

test('a bot is followed to another seat, through another name, and no further than its end', () => {
  assert.equal(follow(one, hall(free, free)), one, 'what was not there yet is not gone');
  const known = follow(one, hall(free, robo));
  assert.equal(follow(known, hall(free, robo)), known, 'nothing has changed');
  assert.deepEqual(boardsOf(follow(known, hall(robo, free))), [1], 'the organiser has moved it');
  assert.deepEqual(boardsOf(follow(known, hall(robo, { ...robo, name: 'Ben' }))), [1], 'and another bot sits there now');
  const renamed = follow(known, hall(free, { ...robo, name: 'Robot' }));
  assert.deepEqual(renamed.seats, [{ board: 2, name: 'Robot', gone: false, seen: true }]);
  assert.deepEqual(boardsOf(follow(renamed, hall({ ...robo, name: 'Robot' }, free))), [1]);
  const gone = follow(known, hall(free, free));
  assert.equal(overall(gone, hall(free, free)), 'gone');
  assert.equal(overall(follow(gone, hall(free, { ...robo, name: 'Ben' })), hall(free, robo)), 'gone', 'whoever comes after it is another');
  const person = { ...robo, name: 'Ada', bot: false };
  assert.equal(overall(follow(known, hall(free, person)), hall(free, person)), 'gone');
});

test('the names of further seats are learned, and who waits is found where the seat is', () => {
  const bot = botOf({ token: 'sp_1', name: 'Robo', board: 1, boards: [1, 2] }, 2);
  const learned = follow(bot, hall(robo, { ...robo, name: 'Robo 2' }, free));
  assert.deepEqual(learned.seats.map(({ name }) => name), ['Robo', 'Robo 2']);
  assert.deepEqual(boardsOf(follow(learned, hall(robo, free, { ...robo, name: 'Robo 2' }))), [1, 3]);
  // Nobody is told the name of who asks for a seat.
  const asks = { ...free, state: 'applied' };
  const asking = follow(one, hall(free, asks));
  assert.equal(follow(asking, hall(free, asks)), asking);

  const waits = botOf({ token: 'sp_1', name: 'Robo', place: 1, state: 'waiting' }, 1);
  assert.equal(overall(waits, hall(free)), 'waiting');
  assert.equal(follow(waits, hall(free)), waits);
  assert.deepEqual(boardsOf(follow(waits, hall({ ...robo, name: 'Ada', bot: false }, robo))), [2]);
  // As the server answers where it knows of single seats alone.
  assert.deepEqual(boardsOf(botOf({ token: 'sp_1', name: 'Robo', board: 3 }, 1)), [3]);
});

test('each program gets its lines', () => {
  const bot = { token: 'sp_1', seats: 1, base: 'http://10.0.0.1:8000', play: 'ws://10.0.0.1:8000/ws/1/play' };
  const lines = linesOf(bot);
  assert.deepEqual(Object.keys(lines), Object.keys(CLIENTS));
  assert.equal(lines['lichess-bot'], 'token: "sp_1"\nurl: "http://10.0.0.1:8000/"');
  assert.equal(lines.websocket.split('\n')[1], '{"type":"resume","token":"sp_1","legal_moves":true}');
  for (const [client, text] of Object.entries(lines)) assert.ok(text.includes('sp_1') && text.includes('10.0.0.1:8000'), client);
  const several = linesOf({ ...bot, seats: 3 });
  for (const client of ['lichess-bot', 'botli']) assert.match(several[client], /\nchallenge:\n {2}concurrency: 3$/);
  assert.equal(several.uci, lines.uci);
});

test('the button says what is asked for', () => {
  assert.equal(sitLabel({ seats: 1, asks: false, waits: false }), 'Take a seat');
  assert.equal(sitLabel({ seats: 3, asks: true, waits: false }), 'Ask for 3 seats');
  assert.equal(sitLabel({ seats: 3, asks: true, waits: true }), 'Wait for a seat');
  assert.equal(sitLabel({ seats: 1.5, asks: false, waits: false }), 'Take a seat');
});
