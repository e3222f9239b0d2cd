// The front page: the exhibition in front with a chair to take, the others below, and the organiser's panel.

import { playPage, resultsPage, watchPage } from './address.js';
import * as api from './api.js';
import { byId, setText } from './dom.js';
import { facts, loadEarlier, row, STATUS, together } from './exhibition-rows.js';
import { takesPlayers } from './latecomers.js';
import { createOrganiserPanel } from './organiser-panel.js';
import { listenForCapitals, offerCode } from './code-field.js';
import { BUTTONS, LABELS, NO_SUCH_CODE, wayBack } from './door-words.js';
import { say } from './say.js';
import { bring, keepCode, keptCode, keptSeat, lastName } from './seat.js';

const REFRESH_MS = 4_000;

/** The newest first, as far as they were asked for. */
let exhibitions = [];
/** Whether there are still older ones. */
let more = false;
let listed = '';
/** The front exhibition's snapshot: the list doesn't say who the master is. */
let front = null;

const panel = createOrganiserPanel(refresh);

async function refresh() {
  try {
    const newest = await api.exhibitions();
    if (exhibitions.length <= newest.length) more = newest.length === api.LISTED;
    exhibitions = together(newest, exhibitions);
    const [current] = exhibitions;
    // For how long latecomers are let in is in the snapshot alone.
    const changes = front?.status === 'running' && takesPlayers(front);
    if (current && (front?.id !== current.id || front.status !== current.status || changes))
      front = await api.exhibition(current.id);
    byId('trouble').hidden = true;
    draw();
  } catch (error) {
    byId('trouble').hidden = false;
    setText(byId('trouble'), `${error.message} Trying again…`);
  }
}

const loadMore = () =>
  loadEarlier(exhibitions, (all, others) => {
    [exhibitions, more] = [all, others];
    draw();
  });

function draw() {
  const [current, ...others] = exhibitions;
  byId('none').hidden = exhibitions.length > 0;
  byId('current').hidden = !current;
  if (current) drawCurrent(current);
  byId('others').hidden = others.length === 0;
  byId('more').hidden = !more;
  // Only when something changed, so that a link doesn't vanish under a finger.
  const key = JSON.stringify(others);
  if (key !== listed) byId('list').replaceChildren(...others.map(row));
  listed = key;
  panel.draw(exhibitions);
}

function drawCurrent(current) {
  const kept = keptSeat(current.id);
  const full = current.seated >= current.boards;
  const open = front?.id === current.id ? takesPlayers({ ...front, status: current.status }) : current.status === 'open';
  // Before the start one may wait for a seat.
  const waits = full && current.status === 'open';
  const joinable = open && (!full || waits) && !kept;
  const late = joinable && current.status === 'running';
  setText(
    byId('current-status'),
    current.status === 'open' && full ? 'Every seat is taken' : late ? 'Running now, seats free' : STATUS[current.status],
  );
  byId('current-status').dataset.status = current.status;
  setText(byId('current-name'), current.name);
  setText(byId('current-facts'), facts(current, front));
  byId('join').hidden = !joinable;
  byId('join').dataset.waits = String(waits);
  const asks = front?.id === current.id && front.admission === 'approval';
  setText(byId('sit'), waits ? BUTTONS.wait : asks ? BUTTONS.ask : BUTTONS.sit);
  byId('code-row').hidden = !(front?.id === current.id && front.code_required);
  byId('code').required = !byId('code-row').hidden;
  if (byId('code').dataset.of !== current.id) {
    byId('code').dataset.of = current.id;
    byId('code').value = keptCode(current.id);
  }
  byId('own-seat').hidden = !kept;
  if (kept) {
    byId('own-seat-link').href = playPage(current.id);
    setText(byId('own-seat-link'), wayBack(kept, current.status));
  }
  byId('current-results').hidden = current.status === 'open';
  byId('current-results').href = resultsPage(current.id);
  byId('current-watch').href = watchPage(current.id);
  setText(
    byId('current-watch'),
    current.status === 'finished'
      ? 'All games'
      : current.status === 'open'
        ? 'See who is here'
        : 'Watch',
  );
}

say({ ...LABELS, noCodeTitle: NO_SUCH_CODE.title, noCodeText: NO_SUCH_CODE.text, noCodeGo: NO_SUCH_CODE.go });
listenForCapitals(byId('code'));
offerCode();
addEventListener('hashchange', offerCode);
byId('player').value = lastName();
byId('join').addEventListener('submit', event => {
  event.preventDefault();
  const name = byId('player').value.trim();
  // Thirty-two as people count, not as the language counts: an emoji is one.
  if ([...name].length > 32) return setText(byId('join-error'), 'A name has at most 32 characters.');
  const { id } = exhibitions[0];
  if (byId('code').value) keepCode(id, byId('code').value);
  bring({ name, wait: byId('join').dataset.waits === 'true' });
  location.assign(playPage(id));
});

byId('more').addEventListener('click', loadMore);

refresh();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
