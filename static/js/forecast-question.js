// What the form asks the forecast: times as people write them, and what is assumed where they write nothing. No DOM.

/** What a server has that was started without a word, and what games are like in a club. */
export const USUAL = { boards: 24, walk: 'in-turn', think: '2s', clock: 'none', opponent: '60s', moves: '35' };

const UNIT_MS = { ms: 1, s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** `8s`, `1 min 30 s`, `1.5m`; a bare number means seconds. Null for anything else. */
export function parseTime(text) {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/.test(trimmed)) return null;
  let ms = 0;
  for (const [, number, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    if (!(unit in UNIT_MS)) return null;
    ms += Number(number) * UNIT_MS[unit];
  }
  return ms;
}

const halves = text => text.split(/±|\+-/);

/** The mean of `8s` or `8s ± 4s`, or null. */
export const meanTime = text => parseTime(halves(text)[0]);

/** A time that varies, as the server reads it: by half where no variation is given. What makes no sense stays so. */
export function varyingTime(text) {
  const [mean, deviation] = halves(text).map(parseTime);
  if (mean === null || deviation === null || halves(text).length > 2) return text.trim();
  return `${Math.round(mean)}ms±${Math.round(deviation ?? mean / 2)}ms`;
}

/** The same for a number of moves. */
export function varyingMoves(text) {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? `${trimmed}±${Math.floor(Number(trimmed) / 2)}` : trimmed;
}

/** Whether a clock runs: neither nothing nor the word. */
export const isClock = text => !/^(|none)$/i.test((text ?? '').trim());

/** The master's time for a move, as text: what is said for the forecast, or else how long the engine thinks. */
export const masterTime = (fields, started) => fields.master || fields.think || started.think || USUAL.think;

/** The form's fields as the forecast's query; what is empty is as the server was `started`, or usual. */
export function forecastQuery(fields, started = {}) {
  const said = name => fields[name] || started[name] || USUAL[name];
  const query = new URLSearchParams({
    boards: said('boards'),
    walk: said('walk'),
    master: varyingTime(masterTime(fields, started)),
    opponent: varyingTime(said('opponent')),
    moves: varyingMoves(said('moves')),
  });
  if (isClock(said('clock'))) {
    query.set('clock', said('clock'));
    for (const name of ['master_extra', 'master_extra_per_board']) {
      const extra = fields[name] || started[name];
      if (extra) query.set(name, extra);
    }
  }
  for (const name of ['color', 'passes', 'grace']) {
    const value = fields[name] ?? started[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.toString();
}
