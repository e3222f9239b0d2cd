// The organiser's token: it comes in the address's fragment, which is never sent anywhere, and leaves it at once.

import { isOrganiser } from './api.js';

const KEY = 'simultan.organiser';

function takeFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('organiser');
  if (!token) return false;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

// A link opened where its page is shown already changes the address alone.
addEventListener('hashchange', () => takeFromAddress() && location.reload());

/** The token if this tab has one and the server accepts it, else null. */
export async function organiserToken() {
  takeFromAddress();
  const token = sessionStorage.getItem(KEY);
  if (!token) return null;
  if (await isOrganiser(token)) return token;
  sessionStorage.removeItem(KEY);
  return null;
}
