// A real server for a test: a fresh database, a port of its own, and an end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ORGANISER = 'a-token-for-the-organiser';

export const BINARY = process.env.SIMULTAN_BIN || fileURLToPath(new URL('../../target/debug/simultan', import.meta.url));
const STARTED_WITHIN_MS = 20_000;

/** Starts `simultan serve`; `options` are its flags without the dashes, and `env` its environment. Ends with the test. */
export async function startServer(t, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'simultan-'));
  const server = new Server(join(folder, 'test.db'), { boards: 1, engine: 'random', seed: 7, ...options });
  t.after(async () => {
    try {
      // Visitors leave first, so that none of them complains about a server that isn't there.
      for (const leave of server.visitors) await leave();
    } finally {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
  await server.start();
  return server;
}

class Server {
  constructor(database, { env = {}, ...options }) {
    this.database = database;
    this.env = env;
    this.options = options;
    this.bind = '127.0.0.1:0';
    this.visitors = [];
  }

  async start() {
    const flags = Object.entries({ bind: this.bind, database: this.database, ...this.options });
    this.process = spawn(BINARY, ['serve', ...flags.flatMap(([flag, value]) => [`--${flag}`, String(value)])], {
      env: { ...process.env, SIMULTAN_ORGANISER_TOKEN: ORGANISER, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.log = '';
    this.process.stderr.on('data', text => (this.log += text));
    this.address = await this.printedAddress();
    // The same port again after a restart: the pages come back to it.
    this.bind = new URL(this.address).host;
  }

  printedAddress() {
    return new Promise((resolve, reject) => {
      const fail = why => reject(new Error(`the server ${why}\n${this.log}`));
      const timer = setTimeout(() => fail('printed no address'), STARTED_WITHIN_MS);
      let output = '';
      this.process.once('exit', code => fail(`ended with ${code}`));
      this.process.stdout.on('data', text => {
        output += text;
        // The organiser's line is the last.
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
        if (!found || !output.includes('Organiser')) return;
        // Printed once: it stays good.
        this.masterToken ??= /#master=(\S+)/.exec(output)?.[1];
        clearTimeout(timer);
        resolve(found[0]);
      });
    });
  }

  /** Ends it without a chance to tidy up. */
  async kill() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** Opens another exhibition, as its organiser, and answers its snapshot. */
  async open(settings) {
    const headers = { authorization: `Bearer ${ORGANISER}` };
    const body = JSON.stringify(settings);
    const answer = await fetch(`${this.address}/api/exhibitions`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error('no other exhibition was opened');
    return answer.json();
  }

  /** Waits until an exhibition has this status. */
  async until(id, status) {
    while ((await this.get(`/api/exhibitions/${id}`)).status !== status);
  }

  /** What the API answers. */
  async get(path) {
    const response = await fetch(this.address + path);
    return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
  }
}
