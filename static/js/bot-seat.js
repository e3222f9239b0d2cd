// The bots that were seated from this browser, by exhibition: their tokens are shown once, and are the only way to their seats.

const key = exhibition => `simultan.bots.${exhibition}`;

/** What is kept of an exhibition's bots, the newest first: each as `bot-state` has it. */
export function keptBots(exhibition) {
  try {
    return JSON.parse(localStorage.getItem(key(exhibition))) ?? [];
  } catch {
    return [];
  }
}

const write = (exhibition, bots) =>
  bots.length === 0 ? localStorage.removeItem(key(exhibition)) : localStorage.setItem(key(exhibition), JSON.stringify(bots));

/** Keeps a new bot, or one that has changed in its place. */
export function keepBot(exhibition, bot) {
  const bots = keptBots(exhibition);
  const known = bots.some(({ token }) => token === bot.token);
  write(exhibition, known ? bots.map(one => (one.token === bot.token ? bot : one)) : [bot, ...bots]);
}

export const dropBot = (exhibition, token) => write(exhibition, keptBots(exhibition).filter(bot => bot.token !== token));
