// Dates as a field for date and time has them, in the browser's own zone, and as the server has them. No DOM.

const two = number => String(number).padStart(2, '0');

/** `2026-11-28T19:30` for Unix milliseconds; empty for none. */
export function toLocal(ms) {
  if (ms === null || ms === undefined) return '';
  const date = new Date(ms);
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Unix milliseconds; null for an empty text, NaN for what is no date. */
export function fromLocal(text) {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(trimmed) ? new Date(trimmed).getTime() : NaN;
}
