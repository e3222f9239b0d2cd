// Exhibitions on front pages: what is said of one, and lists of them.

import { gamesPgn, resultsPage, watchPage } from './address.js';
import * as api from './api.js';
import { byId, h, setText } from './dom.js';
import { count, masterPoints, opponentPoints, points } from './words.js';

export const STATUS = { open: 'Seats free', running: 'Running now', finished: 'Finished' };

/** Both lists as one, newest first; of what is in both, as `fresh` has it. */
export function together(fresh, known) {
  const all = new Map([...known, ...fresh].map(one => [one.id, one]));
  return [...all.values()].sort((a, b) => Number(b.id) - Number(a.id));
}

/** What is to be known of an exhibition, whose snapshot `front` is, where it is there already. */
export function facts(current, front) {
  const master =
    front?.id === current.id ? `${front.master.name}${front.master.kind === 'engine' ? ' (engine)' : ''}` : null;
  const score = front?.id === current.id && current.status === 'finished' ? scoreText(front.score) : null;
  const seats =
    current.status === 'open'
      ? `${current.seated} of ${count(current.boards, 'seat')} taken`
      : count(current.seated, 'opponent');
  return [master && `Master: ${master}`, seats, score].filter(Boolean).join(' · ');
}

const scoreText = score => `${points(masterPoints(score))}–${points(opponentPoints(score))} for the master’s side`;

/** An exhibition in a list, and what is left of it. */
export function row(one) {
  // A score says that it is finished, and is kept on one line.
  const { score } = one;
  const facts = [
    score ? null : one.status === 'open' ? `open, ${one.seated} of ${one.boards} seats taken` : one.status,
    date(one.started_at ?? one.created_at),
    score && `master\u00a0${points(masterPoints(score))}\u00a0:\u00a0${points(opponentPoints(score))}\u00a0opponents`,
  ];
  return h(
    'li',
    {},
    h('a', { href: watchPage(one.id) }, one.name),
    h('span', { class: 'quiet' }, facts.filter(Boolean).join(' · ')),
    one.status === 'finished' &&
      h('a', { class: 'minor', href: resultsPage(one.id), 'aria-label': `Results of ${one.name}` }, 'Results'),
    one.status === 'finished' &&
      h(
        'a',
        { class: 'minor', href: gamesPgn(one.id), download: true, 'aria-label': `Games of ${one.name} as PGN` },
        'PGN',
      ),
  );
}

const date = ms => (ms ? new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : null);

/**
 * Fetches those before the last of `known` and gives `show` all of them, and whether there are more. The reader goes on from
 * the button `more`, which moves away or goes, to what it has brought.
 */
export async function loadEarlier(known, show) {
  byId('more').disabled = true;
  try {
    const older = await api.exhibitions(known.at(-1).id);
    const all = together(older, known);
    show(all, older.length === api.LISTED);
    byId('list').children[all.length - 1 - older.length]?.querySelector('a').focus();
  } catch (error) {
    byId('trouble').hidden = false;
    setText(byId('trouble'), error.message);
  } finally {
    byId('more').disabled = false;
  }
}
