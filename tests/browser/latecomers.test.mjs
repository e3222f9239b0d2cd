import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { takesPlayers } from '../../static/js/latecomers.js';
import { closeBrowser, phase, until, visitor } from './browser.mjs';
import { sitDown, type } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

test('a free seat can be taken before the start, and for as many rounds after it as was settled', () => {
  for (const [exhibition, takes] of [
    [{ status: 'open' }, true],
    [{ status: 'running', walk: { rounds: 0 } }, false],
    [{ status: 'running', late_rounds: 2, walk: { rounds: 1 } }, true],
    [{ status: 'running', late_rounds: 2, walk: { rounds: 2 } }, false],
    [{ status: 'finished', late_rounds: 9, walk: { rounds: 1 } }, false],
  ])
    assert.equal(takesPlayers(exhibition), takes, JSON.stringify(exhibition));
});

test('a latecomer finds the free seat on the front page and in the dashboard’s picture', async t => {
  const server = await startServer(t, { boards: 2, 'late-rounds': 1000 });
  const ada = await sitDown(await visitor(server), 'Ada');
  await fetch(`${server.address}/api/exhibitions/current/start`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ORGANISER}` },
  });
  await phase(ada, 'your-move');
  const page = await sitDown(await visitor(server), 'Late');
  await phase(page, 'your-move');
  await type(page, 'e5');
  const dashboard = await (await visitor(server)).open('/e/current');
  await until(dashboard, () => document.body.dataset.status === 'running');
  const { score, boards } = await server.get('/api/exhibitions/current');
  assert.deepEqual([score.playing, boards.map(board => board.status)], [2, ['playing', 'playing']]);
});
