// Which halls a node shows: their names lead to their own pages.

import * as api from './api.js';
import { byId, h, setText } from './dom.js';
import { goesOn, LABELS, reception, watching } from './halls-words.js';
import { say } from './say.js';

const REFRESH_MS = 4_000;

/** By hall: what its card shows, the card, and the line in it that counts the seconds. */
const cards = new Map();

async function refresh() {
  try {
    draw(await api.halls());
    byId('trouble').hidden = true;
  } catch (error) {
    byId('trouble').hidden = false;
    setText(byId('trouble'), `${error.message} Trying again…`);
  }
}

function draw(halls) {
  byId('none').hidden = halls.length > 0;
  byId('by-number').hidden = !halls.some(hall => hall.host === null);
  const elements = halls.map(cardOf);
  const list = byId('list');
  if (elements.length !== list.children.length || elements.some((element, at) => list.children[at] !== element))
    list.replaceChildren(...elements);
}

/** The card, another one only where more has changed than the seconds, so that a link doesn't vanish under a finger. */
function cardOf(hall) {
  const key = JSON.stringify([hall.host, hall.spectators, hall.exhibitions]);
  if (cards.get(hall.hall)?.key !== key) cards.set(hall.hall, { key, ...card(hall) });
  const { element, silent } = cards.get(hall.hall);
  silent.hidden = !reception(hall);
  setText(silent, reception(hall));
  return element;
}

function card(hall) {
  const silent = h('p', { class: 'no-signal' });
  const name = hall.host === null ? hall.hall : h('a', { href: `${location.protocol}//${hall.host}/` }, hall.hall);
  const element = h(
    'li',
    { class: 'card hall-card' },
    h('h2', {}, name),
    goesOn(hall).map(line => h('p', {}, line)),
    watching(hall) && h('p', { class: 'quiet' }, watching(hall)),
    silent,
  );
  return { element, silent };
}

say(LABELS);
refresh();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
