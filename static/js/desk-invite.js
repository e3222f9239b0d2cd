// How people come to their seats: the code, the address and the QR code.

import { botPage } from './address.js';
import { copy } from './clipboard.js';
import { byId, setText } from './dom.js';
import { COPIED, ONLY_THIS_MACHINE, qrLabel } from './desk-words.js';
import { qrCode } from './qr.js';
import { seatAddress } from './seat-address.js';
import { COPY_BY_HAND } from './words.js';

/** `say(sentence)` tells what was copied. */
export function createInvite({ token, say }) {
  let seat = null;

  const onCopy = (id, text, shownIn, done) =>
    byId(id).addEventListener('click', async () => say((await copy(text(), byId(shownIn))) ? done : COPY_BY_HAND));
  onCopy('copy-code', () => seat.code, 'code', COPIED.code);
  onCopy('copy-link', () => seat.href, 'seat-address', COPIED.link);
  setText(byId('alone'), ONLY_THIS_MACHINE);

  return {
    /** Asks anew, where the code may be another one. */
    async refresh(id) {
      const found = await seatAddress(id, token).catch(() => null);
      if (!found || found.href === seat?.href) return;
      seat = found;
      byId('connect-bot').href = botPage(id);
      byId('invite').hidden = false;
      byId('code-row').hidden = byId('copy-code').hidden = seat.code === null;
      setText(byId('code'), seat.code ?? '');
      setText(byId('seat-address'), seat.text);
      byId('alone').hidden = !seat.alone;
      byId('qr').replaceChildren(qrCode(seat.href, qrLabel(seat.href)));
    },
  };
}
