// What the organiser can have done over HTTP. Each is an ApiError with the server's sentence where it is refused.

import { at, request } from './api.js';

const BOTS = '/api/bots';
const JSON_BODY = { 'content-type': 'application/json' };

/** The orders of whoever has `token`, about the exhibition that `exhibition()` names at the time. */
export function createOrders(exhibition, token) {
  const send = (method, path, body) =>
    request(at(exhibition(), path), {
      method,
      token,
      ...(body && { headers: JSON_BODY, body: JSON.stringify(body) }),
    });
  const post = (path, body) => send('POST', path, body);
  const seat = (board, rest = '') => `/seats/${board}${rest}`;

  return {
    seats: () => send('GET', '/seats'),
    waiting: () => send('GET', '/waiting'),
    settings: () => send('GET', '/settings'),
    change: words => send('PATCH', '', words),

    start: () => post('/start'),
    pause: () => post('/pause'),
    goOn: () => post('/continue'),
    lastRound: () => post('/last-round'),
    cancel: () => post('/cancel'),
    announce: text => post('/announce', { text }),
    fill: (bots, level) => post('/fill', { bots, level }),
    newMaster: () => post('/master'),

    admit: board => post(seat(board, '/admit')),
    /** Turns away, frees the seat, or ends the game: with a result as abandoned, without one as broken off. */
    remove: (board, result) => send('DELETE', seat(board), result && { result }),
    rename: (board, name) => send('PATCH', seat(board), { name }),
    move: (board, to) => send('PATCH', seat(board), { to }),
    forget: board => post(seat(board, '/forget')),
    suggestion: board => send('GET', `/boards/${board}/suggestion`),
    settle: (board, result) => post(`/boards/${board}/adjudicate`, { result }),

    /** The bots that come again, whatever the exhibition. */
    bots: async () => (await request(BOTS, { token })).bots,
    /** Answers its token, which is told once. */
    addBot: async (name, onRequest) =>
      (await request(BOTS, { method: 'POST', token, headers: JSON_BODY, body: JSON.stringify({ name, on_request: onRequest }) })).token,
    revokeBot: name => request(`${BOTS}/${encodeURIComponent(name)}`, { method: 'DELETE', token }),
  };
}
