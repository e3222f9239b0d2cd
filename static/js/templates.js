// Settings that go together, for those who do this for the first time. No DOM.

/** What all have: an evening in one room, whoever the master is. */
const USUAL = {
  color: 'white',
  start: 'standard',
  clock: null,
  master_extra: '0s',
  master_extra_per_board: '0s',
  walk: 'in-turn',
  passes: 3,
  grace: '15s',
  retract: true,
  late_rounds: 3,
  code: true,
  admission: 'open',
  closes_after: null,
  absent_after: '30m',
  delay: '0s',
  chat: true,
};

const TEMPLATES = {
  // A double lesson; children get longer, a name is seen before the whole class sees it, and what programs write is not.
  school: { elo: 900, grace: '30s', admission: 'approval', closes_after: '1h30m', chat: false },
  club: { elo: 1800, closes_after: '2h30m' },
  // Opponents move when they like, and the clock says where the master is needed.
  clock: { elo: 1800, clock: '30m+30s', master_extra_per_board: '60s', walk: 'urgent-first', passes: null, late_rounds: 0 },
};

export const NAMES = Object.keys(TEMPLATES);

/** A template's settings in the server's words. A person who is the master stays so; an engine gets a strength. */
export function template(name, { master }) {
  const { elo, ...own } = TEMPLATES[name];
  return { ...USUAL, ...own, ...(master === 'engine' && { master: { kind: 'engine', elo } }) };
}
