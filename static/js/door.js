// The way to a seat: take up the kept one, sit down with a name, or read why neither is possible.

import { exhibitionInAddress, playPage, watchPage } from './address.js';
import * as api from './api.js';
import { byId, setText } from './dom.js';
import { takesPlayers } from './latecomers.js';
import { retryDelay } from './socket.js';
import { broughtName, giveUpSeat, keptSeat, lastName } from './seat.js';

/** Refusals that no other name would change. */
const NO_SEAT = {
  full: 'Every seat is taken',
  closed: 'Too late for a seat',
  no_such_exhibition: 'No such exhibition',
};

/** Refusals that pass: the seat is as it was, and asking again later is right. */
export const PASSING = new Set(['internal', 'rate_limited']);

/** Finds the exhibition and calls `sit(exhibition, firstFrame)` as soon as there is a first frame to send. */
export function openDoor(sit) {
  let exhibition = null;
  let takeBack = null;

  byId('player').value = lastName();
  byId('join').addEventListener('submit', event => {
    event.preventDefault();
    setText(byId('join-error'), '');
    sit(exhibition, { type: 'join', name: byId('player').value });
  });
  byId('take-back').addEventListener('click', () => {
    close();
    takeBack();
  });

  function show({ title, text, form = false, back = false }) {
    byId('door').hidden = false;
    byId('table').hidden = true;
    byId('connection').hidden = true;
    setText(byId('door-title'), title);
    setText(byId('door-text'), text);
    byId('join').hidden = !form;
    byId('take-back').hidden = !back;
    byId('door-watch').href = watchPage(exhibition ?? 'current');
    if (form) byId('player').focus();
  }

  const close = () => (byId('door').hidden = true);
  const isOpen = () => !byId('door').hidden;

  /** Entering by `current` means this exhibition from now on, also after a reload. */
  async function enter(attempt = 0) {
    let found;
    try {
      found = await api.exhibition(exhibitionInAddress());
    } catch (error) {
      if (error.status === 404) return show({ title: 'No such exhibition', text: error.message });
      byId('connection').hidden = false;
      setTimeout(() => enter(attempt + 1), retryDelay(attempt));
      return;
    }
    byId('connection').hidden = true;
    exhibition = found.id;
    history.replaceState(null, '', playPage(exhibition));
    byId('watch').href = watchPage(exhibition);
    const kept = keptSeat(exhibition);
    const brought = broughtName();
    if (kept) return sit(exhibition, { type: 'resume', token: kept.token });
    if (!takesPlayers(found)) return show(closed(found));
    if (brought) return sit(exhibition, { type: 'join', name: brought });
    const taken = found.boards.filter(board => board.name !== null).length;
    show({
      title: found.name,
      text:
        found.status === 'open'
          ? `${taken} of ${found.boards.length} seats are taken. No account, just a name.`
          : 'The games are on, and you can still sit down. No account, just a name.',
      form: true,
    });
  }

  const closed = found =>
    found.status === 'finished'
      ? { title: 'It is over', text: `${found.name} has finished. You can replay every game.` }
      : { title: 'It has started', text: `${found.name} takes nobody any more, but you can watch.` };

  enter();

  return {
    close,
    isOpen,
    /** The server refused the first frame. */
    refused(id, frame, { code, message }) {
      exhibition = id;
      if (code === 'bad_token') {
        giveUpSeat(id);
        return show({
          title: 'Your seat is gone',
          text: 'The server doesn’t know this seat any more. Sit down anew, or watch.',
          form: true,
        });
      }
      if (code in NO_SEAT || frame.type !== 'join') return show({ title: NO_SEAT[code] ?? 'No seat', text: message });
      show({ title: 'Sit down', text: '', form: true });
      byId('player').value = frame.name;
      setText(byId('join-error'), message);
    },
    /** Another tab or device has taken the seat up: two must not take it from each other for ever. */
    takenElsewhere(id, frame) {
      exhibition = id;
      takeBack = () => sit(id, frame);
      show({
        title: 'You are playing elsewhere',
        text: 'This seat was opened in another tab or on another device.',
        back: true,
      });
    },
  };
}
