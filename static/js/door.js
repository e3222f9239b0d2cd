// The way to a seat: take up the kept one, sit down with a name, wait for a seat, or read why none is possible.

import { botPage, exhibitionInAddress, playPage, watchPage } from './address.js';
import * as api from './api.js';
import { listenForCapitals } from './code-field.js';
import { byId, setAttribute, setText } from './dom.js';
import * as words from './door-words.js';
import { takesPlayers } from './latecomers.js';
import { say } from './say.js';
import { retryDelay } from './socket.js';
import { asCode, brought, giveUpSeat, keepCode, keptCode, keptSeat, lastName } from './seat.js';
import { seatLine } from './seat-list.js';

/** Refusals that pass: the seat is as it was, and asking again later is right. */
export const PASSING = new Set(['internal', 'rate_limited']);

/** The entry code in the page's address, once: it does not stay there. */
function codeInAddress() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code) history.replaceState(null, '', location.pathname);
  return code;
}

/** Whether somebody has every seat, or asks for it. */
const isFull = ({ boards }) => boards.every(({ state }) => state === 'seated' || state === 'applied');

/** Finds the exhibition and calls `sit(exhibition, firstFrame)` as soon as there is a first frame to send. */
export function openDoor(sit) {
  let exhibition = null;
  /** The exhibition's snapshot, as it was when it was asked for last. */
  let found = null;
  let takeBack = null;
  /** Whether who sits down now waits for a seat where there is none. */
  let waits = false;

  say(words.LABELS);
  byId('player').value = lastName();
  takeCode();
  addEventListener('hashchange', takeCode);

  function takeCode() {
    const code = codeInAddress();
    if (!code) return;
    keepCode(exhibition ?? exhibitionInAddress(), code);
    byId('code').value = asCode(code);
  }

  listenForCapitals(byId('code'));
  byId('join').addEventListener('submit', event => {
    event.preventDefault();
    complain('join-error', '');
    complain('code-error', '');
    if (byId('code').value) keepCode(exhibition, byId('code').value);
    join(byId('player').value);
  });
  byId('take-back').addEventListener('click', () => {
    close();
    takeBack();
  });

  function join(name) {
    const code = keptCode(exhibition);
    sit(exhibition, { type: 'join', name, ...(code && { code }), ...(waits && { wait: true }) });
  }

  /** Says what is wrong at the field that it is about. */
  function complain(id, text) {
    setText(byId(id), text);
    setAttribute(byId(id === 'code-error' ? 'code' : 'player'), 'aria-invalid', text ? 'true' : null);
  }

  function show({ title, text, form = false, back = false }) {
    byId('door').hidden = false;
    byId('table').hidden = true;
    byId('connection').hidden = true;
    document.title = `${title} · Simultan`;
    setText(byId('door-title'), title);
    setText(byId('door-text'), text);
    byId('take-back').hidden = !back;
    byId('door-watch').href = watchPage(exhibition ?? 'current');
    byId('join').hidden = byId('door-bot').hidden = !form;
    byId('door-bot').href = botPage(exhibition ?? 'current');
    const about = form ? (found?.text ?? '') : '';
    byId('about').hidden = !about;
    setText(byId('about'), about);
    byId('door-who').hidden = !form || !found;
    if (form) showForm();
  }

  function showForm() {
    const asks = found?.admission === 'approval';
    setText(byId('sit'), waits ? words.BUTTONS.wait : asks ? words.BUTTONS.ask : words.BUTTONS.sit);
    byId('code-row').hidden = !found?.code_required && !byId('code-error').textContent;
    byId('code').required = !byId('code-row').hidden;
    const reserved = found?.boards.some(({ state }) => state === 'reserved');
    byId('join-hint').hidden = !reserved;
    setText(byId('join-hint'), reserved ? words.RESERVED_HINT : '');
    if (found) byId('door-seats').replaceChildren(...found.boards.map(seatLine));
    const first = !byId('code-row').hidden && (!byId('code').value || byId('code-error').textContent) ? 'code' : 'player';
    byId(first).focus();
  }

  /** The way in as it is now; `text` where there is something else to say than how things are. */
  function invite({ title = found.name, text = words.invitation(found, Date.now()) } = {}) {
    waits = found.status === 'open' && isFull(found);
    if (waits) return show({ title: words.FULL.title, text: words.FULL.text(found.waiting), form: true });
    show({ title, text, form: true });
  }

  const close = () => (byId('door').hidden = true);

  /** Entering by `current` means this exhibition from now on, also after a reload. */
  async function enter(attempt = 0) {
    const address = exhibitionInAddress();
    try {
      found = await api.exhibition(address);
    } catch (error) {
      if (error.status === 404) return show({ title: words.NO_SEAT.no_such_exhibition, text: error.message });
      byId('connection').hidden = false;
      setTimeout(() => enter(attempt + 1), retryDelay(attempt));
      return;
    }
    byId('connection').hidden = true;
    exhibition = found.id;
    if (keptCode(address)) keepCode(exhibition, keptCode(address));
    byId('code').value = keptCode(exhibition);
    history.replaceState(null, '', playPage(exhibition));
    byId('watch').href = watchPage(exhibition);
    const kept = keptSeat(exhibition);
    const joining = brought();
    if (kept) return sit(exhibition, { type: 'resume', token: kept.token });
    if (!takesPlayers(found)) return show(words.closed(found));
    if (!joining) return invite();
    waits = Boolean(joining.wait);
    join(joining.name);
  }

  /** How things are now, as far as it can be told. */
  async function look() {
    try {
      found = await api.exhibition(exhibition);
    } catch {
      // As they were before, then.
    }
  }

  enter();

  return {
    close,
    isOpen: () => !byId('door').hidden,

    /** The server refused the first frame. */
    async refused(id, frame, { code, message }) {
      exhibition = id;
      const kept = keptSeat(id);
      if (code === 'bad_token') giveUpSeat(id);
      await look();
      if (code === 'bad_token') {
        const { title, text } = words.gone(kept?.state ?? 'seated', found?.status);
        waits = false;
        return show({ title, text, form: Boolean(found) && takesPlayers(found) && kept?.state !== 'applied' });
      }
      if (code === 'full' && frame.type === 'join') {
        if (frame.wait || found?.status !== 'open')
          return show({ title: words.FULL.title, text: frame.wait ? words.sentence(message) : words.FULL.late });
        waits = true;
        show({ title: words.FULL.title, text: words.FULL.text(found.waiting), form: true });
        byId('player').value = frame.name;
        return;
      }
      if (code in words.NO_SEAT || frame.type !== 'join')
        return show({ title: words.NO_SEAT[code] ?? words.NO_SEAT_AT_ALL, text: words.sentence(message) });
      byId('player').value = frame.name;
      complain(code === 'bad_code' ? 'code-error' : 'join-error', words.sentence(message));
      show({ title: found?.name ?? words.SIT_DOWN, text: '', form: true });
    },

    /** The seat is asked for: the organiser lets them in, or does not. */
    applied: message => show(words.applied(message)),

    /** Every seat is taken: there is a place in the queue. */
    queued: message => show(words.queued(message)),

    /** Whoever was `state` has no seat and no place any more. */
    dismissed(id, state, { code }) {
      exhibition = id;
      giveUpSeat(id);
      show(words.dismissed(state, code));
    },

    /** Another tab or device has taken the seat up: two must not take it from each other for ever. */
    takenElsewhere(id, frame) {
      exhibition = id;
      takeBack = () => sit(id, frame);
      show({ ...words.ELSEWHERE, back: true });
    },
  };
}
