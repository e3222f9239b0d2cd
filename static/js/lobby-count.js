// How many seats are taken, asked for now and then while a player waits for the start.

import * as api from './api.js';
import { whenItBegins } from './evening-words.js';
import { count } from './words.js';

const EVERY_MS = 4_000;

/** Asks while `exhibition()` names one, and tells `say(sentence, startsAt)`: also when it begins by itself, or null. */
export function seatsTaken(exhibition, say) {
  async function ask() {
    const id = exhibition();
    if (!id || document.hidden) return;
    try {
      // The list's newest before the next one.
      const found = (await api.exhibitions(Number(id) + 1)).find(one => one.id === id);
      if (found) {
        const startsAt = found.starts_at ?? null;
        const begins =
          startsAt === null
            ? 'It starts when all are, or when the organiser says so.'
            : whenItBegins(startsAt, Date.now());
        say(`${found.seated} of ${count(found.boards, 'seat')} taken. ${begins}`, startsAt);
      }
    } catch {
      // The banner already says when the server is away.
    }
  }
  setInterval(ask, EVERY_MS);
  setTimeout(ask, 300);
}
