// A hall's front page at a node: what goes on there, to be watched, and the way to the hall.

import { playPage, resultsPage, watchPage } from './address.js';
import * as api from './api.js';
import { byId, setText } from './dom.js';
import { facts, loadEarlier, row, STATUS, together } from './exhibition-rows.js';
import { hallTitle, LABELS, reception } from './halls-words.js';
import { takesPlayers } from './latecomers.js';
import { say } from './say.js';

const REFRESH_MS = 4_000;

/** The newest first, as far as they were asked for. */
let exhibitions = [];
/** Whether there are still older ones. */
let more = false;
let listed = '';
/** The front exhibition's snapshot: for how long latecomers are let in is in it alone. */
let front = null;

async function refresh() {
  try {
    const [halls, newest] = await Promise.all([api.halls(), api.exhibitions()]);
    if (exhibitions.length <= newest.length) more = newest.length === api.LISTED;
    exhibitions = together(newest, exhibitions);
    const [current] = exhibitions;
    if (current && (front?.id !== current.id || front.status !== current.status || front.status === 'running'))
      front = await api.firstSnapshot(current.id);
    byId('trouble').hidden = true;
    draw(halls);
  } catch (error) {
    byId('trouble').hidden = false;
    setText(byId('trouble'), `${error.message} Trying again…`);
  }
}

const loadMore = () =>
  loadEarlier(exhibitions, (all, others) => {
    [exhibitions, more] = [all, others];
    drawList();
  });

function draw(halls) {
  const hall = halls.find(one => one.here);
  // A hall that is gone from here: another page answers at this address now.
  if (!hall) return location.reload();
  document.title = `${hallTitle(hall.hall)} · Simultan`;
  setText(byId('hall'), hallTitle(hall.hall));
  const silent = reception(hall);
  byId('signal').hidden = !silent;
  setText(byId('signal'), silent);
  const above = hall.host?.slice(hall.hall.length + 1);
  byId('all').hidden = halls.length < 2 || !above;
  byId('all').href = `${location.protocol}//${above}/`;
  const [current] = exhibitions;
  byId('none').hidden = Boolean(current);
  byId('current').hidden = !current;
  if (current) drawCurrent(current, hall);
  drawList();
}

function drawCurrent(current, { address }) {
  const known = front?.id === current.id;
  const open = known ? takesPlayers({ ...front, status: current.status }) : current.status === 'open';
  const free = current.status === 'open' || current.seated < current.boards;
  setText(byId('current-status'), STATUS[current.status]);
  byId('current-status').dataset.status = current.status;
  setText(byId('current-name'), current.name);
  setText(byId('current-facts'), facts(current, front));
  byId('watch').href = watchPage(current.id);
  byId('sit').hidden = !(address !== null && open && free);
  byId('sit').href = playPage(current.id);
  byId('results').hidden = current.status === 'open';
  byId('results').href = resultsPage(current.id);
}

function drawList() {
  const [, ...others] = exhibitions;
  byId('others').hidden = others.length === 0;
  byId('more').hidden = !more;
  // Only when something changed, so that a link doesn't vanish under a finger.
  const key = JSON.stringify(others);
  if (key !== listed) byId('list').replaceChildren(...others.map(row));
  listed = key;
}

say(LABELS);
byId('more').addEventListener('click', loadMore);
refresh();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
