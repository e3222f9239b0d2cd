// A real NATS server with the log's stream, and a real node that shows its halls.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { BINARY } from './server.mjs';

const run = promisify(execFile);
const WITHIN_MS = 30_000;

/** A port at which nobody listens. */
async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

async function end(process) {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGKILL');
  await once(process, 'exit');
}

/** Starts NATS and makes the stream; answers its address. Ends with the test. */
export async function startNats(t) {
  const folder = await mkdtemp(join(tmpdir(), 'simultan-nats-'));
  const port = await freePort();
  const flags = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder];
  const nats = spawn(process.env.SIMULTAN_NATS_SERVER, flags, { stdio: 'ignore' });
  t.after(async () => {
    await end(nats);
    await rm(folder, { recursive: true, force: true });
  });
  const url = `nats://127.0.0.1:${port}`;
  const until = Date.now() + WITHIN_MS;
  // The stream can be made once NATS is there.
  for (;;) {
    try {
      await run(BINARY, ['log', 'init', '--at', url]);
      return url;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Starts a node that follows the log at `url`, and waits for its first `halls`; its `visitors` leave with the test. */
export async function startNode(t, url, halls = 1) {
  const node = { visitors: [], log: '' };
  const gallery = spawn(BINARY, ['gallery', '--from', url, '--bind', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    try {
      for (const leave of node.visitors) await leave();
    } finally {
      await end(gallery);
    }
  });
  gallery.stderr.on('data', text => (node.log += text));
  node.address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the node printed no address\n${node.log}`)), WITHIN_MS);
    let output = '';
    gallery.stdout.on('data', text => {
      output += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    });
  });
  node.port = new URL(node.address).port;
  const until = Date.now() + WITHIN_MS;
  // Until it has read the log it answers that it does not know yet.
  const known = async () => (await (await fetch(`${node.address}/api/halls`)).json()).length ?? 0;
  while ((await known()) < halls) if (Date.now() > until) throw new Error(`the halls did not come\n${node.log}`);
  return node;
}
