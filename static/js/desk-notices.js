// What the organiser has to know just now: when it begins and who isn't there, breaks, the last round, closing time.

import { announce, byId, h, setAttribute, setText } from './dom.js';
import {
  absentLine, announcedLine, beginningLine, breakLine, closedLine, closingLine, closingSoon, closingWarning, EVERYBODY, LAST_ROUND, PRESENCE_MS, stageLine,
} from './desk-words.js';
import { timeNow } from './watch-state.js';

/** How long it is until no visit begins any more, or null where the games aren't on or that is not settled. */
function untilClosing(state, closesAfterMs, now) {
  const started = state.walk.started_ms;
  if (state.status !== 'running' || state.closed || started === null || closesAfterMs === null) return null;
  return started + closesAfterMs - timeNow(state, now);
}

/** `draw(state, seats, {now, date, closesAfterMs})` is called on every change and with time. */
export function createNotices() {
  let warned = null;
  let absent = null;

  function notice(id, text, urgent = false) {
    byId(id).hidden = !text;
    setText(byId(id), text || '');
    setAttribute(byId(id), 'data-urgent', urgent);
  }

  function drawPresence(state, seats, date) {
    const left = state.startsAt === null ? null : state.startsAt - date;
    const wanted = state.status === 'open' && left !== null && left <= PRESENCE_MS;
    byId('presence').hidden = !wanted;
    if (!wanted) return;
    const missing = seats
      .filter(seat => (seat.state === 'seated' && !seat.connected && !seat.house) || seat.state === 'reserved')
      .map(({ board, name, state }) => absentLine({ board, name, kept: state === 'reserved' }));
    const lines = missing.length > 0 ? missing : [EVERYBODY];
    if (lines.join('\n') === absent) return;
    absent = lines.join('\n');
    byId('absent').replaceChildren(...lines.map(line => h('li', {}, line)));
  }

  return {
    draw(state, seats, { now, date, closesAfterMs }) {
      const running = state.status === 'running';
      setText(byId('stage'), stageLine(state));
      notice('notice-start', state.status === 'open' && state.startsAt !== null && beginningLine(state.startsAt, date));
      notice('notice-break', running && state.paused && breakLine(state.paused, state.pausedSince), true);
      notice('notice-closed', running && state.closed && closedLine(state.score.playing), true);
      const left = untilClosing(state, closesAfterMs, now);
      const warning = closingWarning(left);
      notice('notice-closing', left !== null && closingLine(left, date, state.paused), warning !== null || (left !== null && left <= 0));
      if (warning !== null && warning !== warned) announce(byId('announcer'), closingSoon(warning));
      warned = warning;
      notice('notice-last', running && state.lastRound && !state.closed && LAST_ROUND);
      notice('notice-announced', state.announcement !== null && announcedLine(state.announcement));
      drawPresence(state, seats, date);
    },
  };
}
