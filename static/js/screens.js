// The organiser's way to an exhibition's other screens: the hall's wall, the sheet to print, the overlay for a stream.

import { overlayPage, sheetPage, wallPage } from './address.js';
import { h } from './dom.js';
import { SCREENS } from './words.js';

/** Links to the screens of exhibition `id`, in a paragraph. */
export const screenLinks = id =>
  h(
    'p',
    { class: 'screens' },
    h('a', { href: wallPage(id) }, SCREENS.wall),
    h('a', { href: sheetPage(id) }, SCREENS.sheet),
    h('a', { href: overlayPage(id) }, SCREENS.overlay),
  );
