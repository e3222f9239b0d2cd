// Clocks and durations: pure arithmetic and formatting, and the one timer that makes them tick.

/** What a colour has left, `elapsed` ms after the clock was told. */
export function remaining(clock, color, elapsed) {
  const told = clock[`${color}_ms`];
  return clock.running === color ? Math.max(0, told - elapsed) : told;
}

/** The clock as it stands `elapsed` ms after it was told, stopped. */
export function stopped(clock, elapsed) {
  return (
    clock && {
      white_ms: remaining(clock, 'white', elapsed),
      black_ms: remaining(clock, 'black', elapsed),
      running: null,
    }
  );
}

const two = number => String(number).padStart(2, '0');

/** A chess clock's face: `1:05:09`, `12:05`, and tenths under ten seconds. Never shows zero while there is time. */
export function formatClock(ms) {
  if (ms < 10_000) {
    const tenths = Math.ceil(Math.max(0, ms) / 100);
    return `0:${two(Math.floor(tenths / 10))}.${tenths % 10}`;
  }
  return formatElapsed(Math.ceil(ms / 1_000) * 1_000);
}

/** A clock's face where there is little room: from an hour on without seconds, `1 h 05`. */
export function formatClockBriefly(ms) {
  const minutes = Math.floor(ms / 60_000);
  return ms < 3_600_000 ? formatClock(ms) : `${Math.floor(minutes / 60)}\u202fh\u202f${two(minutes % 60)}`;
}

/** Running time: `0:42`, `12:05`, `1:05:09`. */
export function formatElapsed(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A duration in words, as precise as anybody wants to read it: `0.4 s`, `40 s`, `2 min 5 s`, `48 min`, `4 h 38 min`. */
export function formatDuration(ms) {
  const seconds = Math.round(Math.max(0, ms) / 1_000);
  const minutes = Math.round(seconds / 60);
  if (ms < 9_950) return `${Number((Math.max(0, ms) / 1_000).toFixed(1))} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return seconds % 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds / 60} min`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** An estimate, rounded so that it doesn't pretend to more than it knows. */
export function formatEstimate(ms) {
  const seconds = ms / 1_000;
  if (seconds < 8) return 'a few seconds';
  if (seconds < 57) return `about ${Math.round(seconds / 5) * 5} s`;
  if (seconds < 120) return 'about a minute';
  return `about ${Math.round(seconds / 60)} min`;
}

/** Calls `tick` five times a second: often enough for tenths to look alive. */
export function everyTick(tick) {
  return setInterval(tick, 200);
}

/** Local time that never jumps; clocks are counted from when a message came. */
export const now = () => performance.now();
