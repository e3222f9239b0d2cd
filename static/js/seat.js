// What the browser remembers: the seat's secret for each exhibition, the player's name, and a name on its way here.

const seatKey = exhibition => `simultan.seat.${exhibition}`;
const NAME = 'simultan.name';
const JOINING = 'simultan.joining';

/** The kept seat `{token, board, name}` of an exhibition, or null. */
export function keptSeat(exhibition) {
  try {
    return JSON.parse(localStorage.getItem(seatKey(exhibition)));
  } catch {
    return null;
  }
}

/** Keeps a seat, so that a closed tab or a restarted browser comes back to it. */
export function keepSeat({ exhibition, token, board, name }) {
  localStorage.setItem(seatKey(exhibition), JSON.stringify({ token, board, name }));
  localStorage.setItem(NAME, name);
}

export const giveUpSeat = exhibition => localStorage.removeItem(seatKey(exhibition));

/** The name used last, to offer it again. */
export const lastName = () => localStorage.getItem(NAME) ?? '';

/** Takes a typed name along to the play page, which sits down with it. */
export const bringName = name => sessionStorage.setItem(JOINING, name);

/** The name brought along, once. */
export function broughtName() {
  const name = sessionStorage.getItem(JOINING);
  sessionStorage.removeItem(JOINING);
  return name;
}
