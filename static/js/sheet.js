// The sheet to print and hang up: where to sit down, and the rules of the evening.

import { exhibitionInAddress } from './address.js';
import * as api from './api.js';
import { byId, h, setAttribute, setText } from './dom.js';
import { organiserToken } from './organiser.js';
import { qrCode } from './qr.js';
import { seatAddress } from './seat-address.js';
import * as words from './sheet-words.js';

/** When a server that is away is asked again. */
const AGAIN_MS = 5_000;
/** What is longer than this is written smaller. */
const LONG_NAME = 44;
const LONG_ADDRESS = 24;

for (const [id, text] of Object.entries(words.LABELS)) setText(byId(id), text);
setText(byId('alone'), words.ONLY_THIS_MACHINE);

async function load() {
  try {
    const snapshot = await api.exhibition(exhibitionInAddress());
    draw(snapshot, await seatAddress(snapshot.id, await organiserToken()));
  } catch (error) {
    const none = error.status === 404;
    setText(byId('missing'), none ? error.message : `${error.message} Trying again…`);
    if (!none) setTimeout(load, AGAIN_MS);
  }
}

function draw(snapshot, seat) {
  const { name, master } = snapshot;
  document.title = `${name} · Simultan`;
  byId('missing').hidden = true;
  for (const id of ['sheet', 'print', 'enlarge']) byId(id).hidden = false;
  for (const id of ['name', 'large-name']) setText(byId(id), name);
  setAttribute(byId('name'), 'data-long', name.length > LONG_NAME);
  setText(byId('master'), words.masterLine(master));
  const date = words.dateLine(snapshot.starts_at);
  setText(byId('when'), date);
  byId('when').hidden = date === '';
  for (const id of ['address', 'large-address']) setText(byId(id), seat.text);
  setAttribute(byId('address'), 'data-long', seat.text.length > LONG_ADDRESS);
  byId('code').hidden = seat.code === null;
  setText(byId('code-text'), seat.code ?? '');
  byId('alone').hidden = !seat.alone;
  for (const id of ['code-drawn', 'large-drawn']) byId(id).replaceChildren(qrCode(seat.href, seat.href));
  byId('rules').replaceChildren(...words.rules(snapshot).map(rule => h('li', {}, rule)));
}

byId('print').addEventListener('click', () => print());

byId('enlarge').addEventListener('click', async () => {
  // The dialog comes after, so that it lies above what fills the screen; where nothing may, it fills the window.
  await document.documentElement.requestFullscreen?.().catch(() => {});
  byId('large').showModal();
});
byId('large-close').addEventListener('click', () => byId('large').close());
byId('large').addEventListener('close', () => document.fullscreenElement && document.exitFullscreen());
// The browser's own way out of the full screen is the way out of the dialog too.
document.addEventListener('fullscreenchange', () => document.fullscreenElement || byId('large').close());

load();
