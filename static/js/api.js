// The HTTP half of the contract. Every failure is an Error whose message a person can read.

/** How many exhibitions are listed at once: where fewer come, there are no more. */
export const LISTED = 50;

/** How long the first snapshot may take before the socket is asked. */
const FIRST_WITHIN_MS = 5_000;

/** An answer that was not a success; `status` 0 means that no answer came at all, `field` is the setting that it is about. */
export class ApiError extends Error {
  constructor(message, status, code, field = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** Asks the server; with `token`, as its organiser. */
export async function request(path, { token, ...options } = {}) {
  const headers = { ...options.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError('The server can’t be reached.', 0, 'unreachable');
  }
  const text = await response.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: a proxy's error page or an empty answer; the status says enough.
  }
  if (response.ok) return body;
  const { code = 'http', message = `The server answered with status ${response.status}.`, field } = body?.error ?? {};
  throw new ApiError(message, response.status, code, field);
}

/** The address of something of an exhibition. */
export const at = (id, rest = '') => `/api/exhibitions/${encodeURIComponent(id)}${rest}`;

/** The newest exhibitions, newest first; or those opened before one, `before`. */
export async function exhibitions(before = null) {
  const body = await request(`/api/exhibitions?limit=${LISTED}${before === null ? '' : `&before=${before}`}`);
  return Array.isArray(body) ? body : (body?.exhibitions ?? []);
}

/** The halls that a node shows. */
export const halls = () => request('/api/halls');

/** How an exhibition went, board by board. */
export const results = id => request(at(id, '/results'));

/** One exhibition's snapshot, as spectators see it. */
export const exhibition = id => request(at(id));

/**
 * The same for whoever goes on from it on the socket: whatever stands between may have it from a second ago, but which one is
 * current this browser asks anew. A socket alone will do as well, so that nobody waits long for it.
 */
export const firstSnapshot = id =>
  request(at(id), { cache: id === 'current' ? 'no-cache' : 'default', signal: AbortSignal.timeout(FIRST_WITHIN_MS) });

/** One board's game, move by move. */
export const game = (id, board) => request(at(id, `/boards/${board}`));

/** How long an exhibition would take; `query` says which. */
export const forecast = (query, signal) => request(`/api/forecast?${query}`, { signal });

/** How long a running exhibition will still take. */
export const remaining = id => request(at(id, '/forecast'));

/** A seat for a bot, or several, without a connection yet. */
export const seatBot = (id, wishes) =>
  request(at(id, '/seats'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bot: true, ...wishes }),
  });

/** Whether this token is the organiser's. */
export async function isOrganiser(token) {
  try {
    await request('/api/organiser', { token });
    return true;
  } catch (error) {
    if (error.status === 401 || error.status === 403) return false;
    throw error;
  }
}

/** What the server was started with, as far as it says. */
export const startedWith = async token => (await request('/api/organiser', { token })).defaults ?? {};

/** Where other machines find the server, best first, as far as this one may know. */
export const addresses = async () => (await request('/api/addresses')).addresses ?? [];

/** What an exhibition is set to, for its organiser. */
export const settings = (id, token) => request(at(id, '/settings'), { token });

export const start = (id, token) => request(at(id, '/start'), { method: 'POST', token });

/** A new secret for a human master; the old one is void. */
export const newMasterLink = (id, token) => request(at(id, '/master'), { method: 'POST', token });

export const open = (settings, token) =>
  request('/api/exhibitions', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
