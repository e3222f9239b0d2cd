// People at the boards, for tests: by hand through the page, and in numbers through plain sockets.

import { phase, until, visitor } from './browser.mjs';
import { startServer } from './server.mjs';

/** Sits down through the front page, until the server has told who they are. */
export async function sitDown(who, name) {
  const page = await who.open('/');
  await page.fill('#player', name);
  await page.click('#join button');
  await page.locator('#table').waitFor();
  await until(page, () => document.getElementById('own-name').textContent !== '');
  return page;
}

/** The middle of a square on the player's board, on the screen. */
async function middle(page, square) {
  const { x, y, width } = await page.locator('#board cg-board').boundingBox();
  const black = await page.locator('#board.orientation-black').count();
  const file = 'abcdefgh'.indexOf(square[0]);
  const rank = Number(square[1]) - 1;
  const side = width / 8;
  return { x: x + ((black ? 7 - file : file) + 0.5) * side, y: y + ((black ? rank : 7 - rank) + 0.5) * side };
}

export async function click(page, ...squares) {
  for (const square of squares) {
    const { x, y } = await middle(page, square);
    await page.mouse.click(x, y);
  }
}

export async function drag(page, from, to) {
  const [start, end] = [await middle(page, from), await middle(page, to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 5 });
  await page.mouse.up();
}

export async function type(page, move) {
  await page.fill('#move', move);
  await page.press('#move', 'Enter');
}

/**
 * Resigns, once the button isn't armed from before. Both clicks come without a pause: on a busy machine the button, which
 * waits four seconds for the second, would have gone back to rest between two of the mouse's.
 */
export async function resign(page) {
  await until(page, () => {
    const button = document.getElementById('resign');
    return button.textContent === 'Resign' && button.checkVisibility() && !button.disabled;
  });
  await page.evaluate(() => {
    const button = document.getElementById('resign');
    button.click();
    button.click();
  });
}

/** A legal move, found as a person would: take a piece up and see where it may go. */
export async function findMove(page) {
  await phase(page, 'your-move');
  const squares = await page.evaluate(() =>
    [...document.querySelectorAll('#board piece')]
      .filter(piece => piece.cgPiece?.startsWith('black'))
      .map(piece => piece.cgKey),
  );
  for (const from of squares) {
    await click(page, from);
    const to = await page.evaluate(
      () =>
        new Promise(resolve =>
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              const shown = [...document.querySelectorAll('#board square.move-dest')].filter(
                one => one.getClientRects().length > 0,
              );
              resolve(shown.map(one => one.cgKey).find(key => !/[18]$/.test(key)));
            }),
          ),
        ),
    );
    await page.keyboard.press('Escape');
    if (to) return [from, to];
  }
  throw new Error('no legal move was shown');
}

/** A game in which black's rook pawn has got to b2, on this seed of the random master's or another. */
export async function pawnOnTheSeventh(t, options = {}) {
  for (const seed of [7, 5, 11, 13, 17, 18, 20, 1, 2, 3, 4, 6, 8, 9, 10]) {
    const page = await sitDown(await visitor(await startServer(t, { ...options, seed })), 'Ada');
    const march = ['a7a5', 'a5a4', 'a4a3', 'a3b2'];
    for (const [i, move] of march.entries()) {
      await phase(page, 'your-move');
      await type(page, move);
      await until(
        page,
        played =>
          document.querySelectorAll('#moves button').length === played ||
          document.getElementById('typed-error').textContent !== '',
        2 * i + 3,
      );
    }
    if ((await page.textContent('#typed-error')) === '') return page;
  }
  throw new Error('the pawn was stopped every time');
}

/** The number of half-moves in the player's move list. */
export const plies = page => page.locator('#moves button').count();

/**
 * Seats `names` through sockets of their own, opened in `page`, in this order, so that each knows their board; each answers with
 * their first legal move, unless `still`. `speak` makes them say something else. With a `code` they say it; who is let in later
 * is seated then.
 */
export async function seat(page, names, { still = false, code } = {}) {
  await page.evaluate(
    async ({ names, still, code }) => {
      globalThis.seats ??= new Map();
      const seated = [];
      for (const name of names) {
        const socket = new WebSocket(`ws://${location.host}/ws/current/play`, 'simultan.v1');
        globalThis.seats.set(name, socket);
        const { promise: known, resolve: know, reject: refuse } = Promise.withResolvers();
        const { promise: sits, resolve: sit } = Promise.withResolvers();
        socket.onopen = () => socket.send(JSON.stringify({ type: 'join', name, code, legal_moves: true }));
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (['seated', 'applied', 'waiting'].includes(message.type)) know();
          if (message.type === 'seated') {
            socket.board = message.board;
            socket.token = message.token;
            sit();
          }
          if (message.legal_moves?.length) socket.turn = message;
          if (message.type === 'error') refuse(new Error(message.message));
          if (message.legal_moves?.length && !still)
            setTimeout(() => socket.send(JSON.stringify({ type: 'move', ply: message.ply + 1, uci: message.legal_moves[0] })), 100);
        };
        await known;
        seated.push(sits);
      }
      await Promise.all(seated);
    },
    { names, still, code },
  );
}

/** Whoever was seated in `page` at `board`, and is `still`, moves once it is their turn. */
export async function answer(page, board) {
  await until(page, board => [...globalThis.seats.values()].some(one => one.board === board && one.turn), board);
  await page.evaluate(board => {
    const socket = [...globalThis.seats.values()].find(one => one.board === board);
    const { ply, legal_moves } = socket.turn;
    socket.turn = null;
    socket.send(JSON.stringify({ type: 'move', ply: ply + 1, uci: legal_moves[0] }));
  }, board);
}

/** Sends a frame from somebody who was seated in `page`. */
export const speak = (page, name, message) =>
  page.evaluate(({ name, message }) => globalThis.seats.get(name).send(JSON.stringify(message)), { name, message });

/** Closes the connection of somebody who was seated in `page`. */
export const hangUp = (page, name) => page.evaluate(name => globalThis.seats.get(name).close(), name);

/** Connects a program of Lichess's kind with its token; answers a function that hangs up. */
export async function connectBot(server, token) {
  const line = new AbortController();
  const answer = await fetch(`${server.address}/api/stream/event`, { headers: { authorization: `Bearer ${token}` }, signal: line.signal });
  if (!answer.ok) throw new Error(`the bot was refused: ${await answer.text()}`);
  // Read for as long as it lasts: a stream that nobody reads is closed when node tidies up.
  const listens = async () => {
    for await (const line of answer.body) void line;
  };
  listens().catch(() => {});
  return () => line.abort();
}

/** Seats a bot over HTTP in the current exhibition; answers what the server does, its token among it. */
export async function seatBot(server, name) {
  const answer = await fetch(`${server.address}/api/exhibitions/current/seats`, { method: 'POST', body: JSON.stringify({ name, bot: true }) });
  return answer.json();
}

/** What a bot with this token, which plays at `board` of the first exhibition, writes there. */
export async function write(server, token, board, text, room = 'player') {
  const game = `e01b${String(board).padStart(4, '0')}`;
  const headers = { authorization: `Bearer ${token}` };
  const body = new URLSearchParams({ room, text });
  const answer = await fetch(`${server.address}/api/bot/game/${game}/chat`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the line was refused: ${await answer.text()}`);
}
