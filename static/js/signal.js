// Whether the hall is heard, where a page is shown by a node elsewhere: pure, for every page that only looks.

import { formatDuration } from './clock.js';

/** The hall is heard, or it is its own server that shows the page. */
export const HEARD = null;

/**
 * What a `signal` message says that arrived at local time `now`, after `before`: `since` when nothing has been heard and
 * `stillAt` since when clocks stand, both local times; and `stopped`, why nothing newer will come, or null.
 */
export function heard(before, message, now) {
  if (typeof message.lost_ms !== 'number') return HEARD;
  return { since: now - message.lost_ms, stillAt: before?.stillAt ?? now, stopped: message.stopped ?? null };
}

/** For how long nothing has been heard, in whole seconds or better words. */
export const silence = (signal, now) => formatDuration(Math.floor(Math.max(0, now - signal.since) / 1_000) * 1_000);

/** What has happened, without for how long. */
export const silenceTitle = signal =>
  signal.stopped === null ? 'No signal from the hall. The clocks stand still.' : `Nothing newer comes from the hall. ${signal.stopped}`;

/** The same in one line, for screens. */
export const silenceLine = (signal, now) =>
  signal.stopped === null
    ? `No signal from the hall for ${silence(signal, now)}`
    : `Nothing newer has come from the hall for ${silence(signal, now)}. ${signal.stopped}`;

export const HEARD_AGAIN = 'The hall is heard again.';
