// A whole evening: a person at five boards, each opponent in a browser of their own, with everything that may happen.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { resign, sitDown, type } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const NAMES = ['Ada', 'Ben', 'Cyd', 'Dan', 'Eve'];

test('a person plays five opponents to the end, with all that custom knows and all that can go wrong', { timeout: 240_000 }, async t => {
  const server = await startServer(t, { boards: 5, master: 'human', 'master-name': 'Judit', passes: 2, grace: '9m' });
  const away = { serverGoesAway: true };
  const link = `/e/current/master#master=${server.masterToken}`;
  let master = await (await visitor(server, away)).open(link);
  const players = [];
  for (const name of NAMES) players.push(await sitDown(await visitor(server, away), name));
  const [ada, ben, cyd, dan, eve] = players;
  const hall = await (await visitor(server, away)).open('/e/current');
  const told = (page, id, text) => until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
  const at = number =>
    until(
      master,
      number => document.getElementById('number').textContent === number && document.body.dataset.phase === 'move',
      String(number),
    );
  const enter = async text => {
    await master.keyboard.type(text);
    await master.keyboard.press('Enter');
  };
  const play = async (board, move) => {
    await at(board);
    await enter(move);
  };
  const stay = async on => {
    await master.keyboard.press('s');
    await until(master, on => document.getElementById('stay').getAttribute('aria-pressed') === on, String(on));
  };
  const reply = async (page, move) => {
    await phase(page, 'your-move');
    await type(page, move);
    await phase(page, 'away', 'here', 'ended');
  };

  // The first round: a move is taken back, an opponent passes, the master goes astray.
  await play(1, 'e4');
  await play(2, 'd4');
  await at(3);
  await master.keyboard.press('u');
  await told(ben, 'notice', 'has taken back d4');
  await play(2, 'e4');
  await at(3);
  await stay(true);
  await enter('e4');
  await cyd.click('#pass');
  await told(cyd, 'notice', 'You have 1 pass left.');
  await at(4);
  await stay(false);
  await enter('5');
  await play(5, 'e4');
  await play(4, 'e4');

  // A break, and in it the master's page is loaded again.
  await phase(master, 'away');
  await master.keyboard.press('p');
  for (const page of players) await told(page, 'detail', 'A short break');
  await master.reload();
  await phase(master, 'break');
  await master.keyboard.press('p');
  await told(hall, 'events', 'The games go on');

  // Everybody answers; Ben offers a draw, which is accepted at the board, and the server is killed in the middle of the walk.
  for (const page of players) await reply(page, 'e5');
  await ben.click('#draw');
  await play(1, 'Nf3');
  await at(2);
  await master.locator('#their-offer').waitFor();
  await server.kill();
  await master.locator('#connection').waitFor();
  await server.start();
  await until(master, () => document.getElementById('connection').hidden);
  await at(2);
  await master.click('#accept');
  await phase(ben, 'ended');
  await told(ben, 'phase', 'A draw');

  // On another device: the first one says so.
  const first = master;
  master = await (await visitor(server, away)).open(link);
  await first.locator('#door').waitFor();
  await reads(first, '#door-title', /You went on elsewhere/);
  await play(3, 'Nf3');
  await play(4, 'Nf3');
  await play(5, 'Qh5');

  // The ends: by agreement, by resignation of either side, and by mate.
  await reply(ada, 'Nc6');
  await at(1);
  await master.keyboard.press('d');
  await told(master, 'notice', 'Press d once more');
  await master.keyboard.press('d');
  await ada.click('#accept');
  await phase(ada, 'ended');
  await resign(cyd);
  await reply(dan, 'Nc6');
  await at(4);
  await resign(master);
  await told(dan, 'phase', 'You won');
  await reply(eve, 'Nc6');
  await play(5, 'Bc4');
  await reply(eve, 'Nf6');
  await play(5, 'Qxf7#');
  await phase(eve, 'ended');
  await told(eve, 'detail', 'Judit won by checkmate');
  await until(master, () => document.body.dataset.status === 'finished');
  const { status, score } = await server.get('/api/exhibitions/current');
  assert.deepEqual([status, score], ['finished', { wins: 2, draws: 2, losses: 1, playing: 0 }]);
  const pgn = await server.get('/api/exhibitions/current/games.pgn');
  assert.match(pgn, /taken back: d4/);
});
