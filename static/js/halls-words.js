// What a node says of the halls that it shows. No DOM, so that the tests can read it.

import { silence } from './signal.js';
import { count } from './words.js';

/** The fixed words, by the name of their place. */
export const LABELS = {
  halls: 'Halls',
  lead: 'Simultaneous exhibitions as they go on, each in its own hall. Choose one to watch.',
  none: 'No hall has been heard yet.',
  byNumber: 'Halls are found by a name in front of this page’s. This address is a number, which has none: use the server’s name.',
  only: 'You watch from afar: the games are played in the hall, and one sits down there.',
  sit: 'Sit down',
  watch: 'Watch',
  results: 'Results',
  all: 'All halls',
  nothing: 'No exhibition has been opened there yet.',
  others: 'Other exhibitions',
  more: 'Earlier exhibitions',
};

/** Whose exhibitions a page shows. */
export const hallTitle = hall => `Hall ${hall}`;

const WORD = { open: 'seats free', running: 'running now', finished: 'finished' };

/** What goes on in a hall, in a line an exhibition. */
export function goesOn({ exhibitions }) {
  if (exhibitions.length === 0) return [LABELS.nothing];
  return exhibitions.map(({ name, status, boards, seated }) => {
    const full = status === 'open' && seated >= boards ? 'every seat is taken' : WORD[status];
    const seats = status === 'open' ? `${seated} of ${count(boards, 'seat')} taken` : count(seated, 'opponent');
    return `${name}: ${full}, ${seats}`;
  });
}

/** How many watch it here; nothing where nobody does. */
export const watching = ({ spectators }) =>
  spectators === 0 ? '' : spectators === 1 ? 'One spectator here' : `${spectators} spectators here`;

/** How the hall is heard, where that is not as it should be. */
export function reception({ signal: { lost_ms: lost, stopped } }) {
  if (lost === null) return '';
  const signal = { since: -lost };
  return stopped === null
    ? `No signal from the hall for ${silence(signal, 0)}`
    : `Nothing newer has come from the hall for ${silence(signal, 0)}. ${stopped}`;
}
