// Under which address the people in the hall take their seats: for QR codes, and to be read out.

import { seatPath } from './address.js';
import * as api from './api.js';

/** Whether a page that was opened under this name sees the server of its own machine, which others find elsewhere. */
export const isThisMachine = hostname =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

/** An address as one would type it: browsers add the rest. */
export const typed = address => address.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** Under which name other machines know this server, as far as it can be told. */
export async function origin() {
  if (!isThisMachine(location.hostname)) return location.origin;
  const [best = location.origin] = await api.addresses();
  return best;
}

/** The exhibition's entry code, where there is one and the organiser's token lets us know it. */
async function codeOf(id, token) {
  if (!token) return null;
  try {
    return (await api.settings(id, token)).code ?? null;
  } catch {
    // It isn't told; the seat's own address is longer, and as good.
    return null;
  }
}

/**
 * Where to sit down at exhibition `id`: `href`, for a QR code; `text`, the same as one would type it; `code`, or `null`;
 * and `alone`, whether no other machine finds it there.
 */
export async function seatAddress(id, token) {
  const [at, code] = await Promise.all([origin(), codeOf(id, token)]);
  const href = at + seatPath(id, code);
  return { href, text: typed(href), code, alone: isThisMachine(new URL(at).hostname) };
}
