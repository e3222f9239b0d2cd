// How people come to their seats: the code, the address and the QR code.

import { byId, setText } from './dom.js';
import { COPIED, COPY_BY_HAND, ONLY_THIS_MACHINE, qrLabel } from './desk-words.js';
import { qrCode } from './qr.js';
import { seatAddress } from './seat-address.js';

/** `say(sentence)` tells what was copied. */
export function createInvite({ token, say }) {
  let seat = null;

  async function copy(text, done) {
    // Without https a page may not write to the clipboard: then it is there to be read.
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    say(copied ? done : COPY_BY_HAND);
  }
  byId('copy-code').addEventListener('click', () => copy(seat.code, COPIED.code));
  byId('copy-link').addEventListener('click', () => copy(seat.href, COPIED.link));
  setText(byId('alone'), ONLY_THIS_MACHINE);

  return {
    /** Asks anew, where the code may be another one. */
    async refresh(id) {
      const found = await seatAddress(id, token).catch(() => null);
      if (!found || found.href === seat?.href) return;
      seat = found;
      byId('invite').hidden = false;
      byId('code-row').hidden = byId('copy-code').hidden = seat.code === null;
      setText(byId('code'), seat.code ?? '');
      setText(byId('seat-address'), seat.text);
      byId('alone').hidden = !seat.alone;
      byId('qr').replaceChildren(qrCode(seat.href, qrLabel(seat.href)));
    },
  };
}
