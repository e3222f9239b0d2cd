// Passes and the time of grace, as the opponent, the master and the hall see them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { click, seat, sitDown } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const says = (page, id, text) => until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);

test('an opponent passes, is gone past, and is waited for once no pass is left', async t => {
  const server = await startServer(t, { boards: 4, master: 'human', 'master-name': 'Judit', passes: 2, grace: '9m' });
  const master = await (await visitor(server)).open(`/e/current/master#master=${server.masterToken}`);
  const ada = await sitDown(await visitor(server), 'Ada');
  const crowd = await (await visitor(server)).open('/');
  await seat(crowd, ['Ben', 'Cyd', 'Dan']);
  const hall = await (await visitor(server)).open('/e/current');
  const at = board => until(master, number => document.getElementById('number').textContent === number && document.body.dataset.phase === 'move', String(board));
  const play = async move => {
    await master.keyboard.type(move);
    await master.keyboard.press('Enter');
  };
  await at(1);
  await says(ada, 'passes', 'You have 2 passes left.');
  assert.ok(await ada.isHidden('#pass'), 'it is the master’s turn');
  await master.keyboard.press('s');
  await until(master, () => document.getElementById('stay').getAttribute('aria-pressed') === 'true');
  await play('e4');
  // The master stays at the board, and Ada would rather think.
  await ada.click('#pass');
  await says(ada, 'notice', 'You have 1 pass left.');
  await says(hall, 'events', 'Ada passes to the next round; 1 pass left.');
  await at(2);
  await master.keyboard.press('s');
  await until(master, () => document.getElementById('stay').getAttribute('aria-pressed') === 'false');
  // The next round is what she has asked for; in the one after it she is gone past, for the last time.
  for (const move of ['e4', 'd4']) {
    for (const board of [2, 3, 4]) {
      await at(board);
      await play(move);
    }
  }
  await says(ada, 'passes', 'You have no passes left.');
  await says(hall, 'events', 'Ada hasn’t moved, and is left until the next round; that was the last pass.');
  for (const board of [2, 3, 4]) {
    await at(board);
    await play('c3');
  }
  await says(master, 'detail', 'No move yet, and no pass left: you wait');
  await reads(master, '#number', '1');
  await says(ada, 'detail', 'The master waits 5');
  assert.ok(await ada.isHidden('#pass'));
  await says(hall, 'events', 'Judit waits for Ada.');
  // A reload changes nothing of it.
  await ada.reload();
  await says(ada, 'detail', 'The master waits 5');
  await click(ada, 'e7', 'e5');
  await at(1);
  await play('Nf3');
  await phase(ada, 'your-move');
});
