// What the browser remembers: the secret of a seat, or of a place on the way to one, for each exhibition; the player's
// name; and for this tab the entry code, and what was typed on the front page.

const seatKey = exhibition => `simultan.seat.${exhibition}`;
const codeKey = exhibition => `simultan.code.${exhibition}`;
const NAME = 'simultan.name';
const JOINING = 'simultan.joining';

/**
 * What is kept of an exhibition, or null: `{token, board, name, state}`. `state` is `seated`, `applied` (the organiser has
 * not let them in yet) or `waiting` (in the queue, with `place` and without a board).
 */
export function keptSeat(exhibition) {
  try {
    const kept = JSON.parse(localStorage.getItem(seatKey(exhibition)));
    return kept && { state: 'seated', ...kept };
  } catch {
    return null;
  }
}

/** Keeps a seat or a place, so that a closed tab or a restarted browser comes back to it. */
export function keepSeat({ exhibition, token, board, place, name, state = 'seated' }) {
  localStorage.setItem(seatKey(exhibition), JSON.stringify({ token, board, place, name, state }));
  localStorage.setItem(NAME, name);
}

export const giveUpSeat = exhibition => localStorage.removeItem(seatKey(exhibition));

/** The name used last, to offer it again. */
export const lastName = () => localStorage.getItem(NAME) ?? '';

/** The entry code, in capitals as it is kept everywhere. */
export const asCode = text => text.trim().toUpperCase();

/** Keeps an exhibition's entry code as long as this tab is open. */
export const keepCode = (exhibition, code) => sessionStorage.setItem(codeKey(exhibition), asCode(code));
export const keptCode = exhibition => sessionStorage.getItem(codeKey(exhibition)) ?? '';

/** Takes what was typed along to the play page, which sits down with it: a name, and whether to wait for a seat. */
export const bring = joining => sessionStorage.setItem(JOINING, JSON.stringify(joining));

/** What was brought along, once, or null. */
export function brought() {
  const joining = sessionStorage.getItem(JOINING);
  sessionStorage.removeItem(JOINING);
  try {
    return JSON.parse(joining);
  } catch {
    return null;
  }
}
