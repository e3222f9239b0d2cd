// A line that can be cut: a small TCP proxy between a browser and the server.

import { connect, createServer } from 'node:net';
import { once } from 'node:events';

/** A way to `server` under an address of its own, which `cut` closes, with all that goes through it, until `mend`. */
export async function line(t, server) {
  const target = new URL(server.address);
  const open = new Set();
  const proxy = createServer(near => {
    const far = connect(target.port, target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => (open.delete(socket), other.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  let address;
  const mend = async () => {
    proxy.listen(address ? { port: address.port, host: '127.0.0.1' } : { port: 0, host: '127.0.0.1' });
    await once(proxy, 'listening');
    address ??= proxy.address();
  };
  await mend();
  const cut = async () => {
    const closed = new Promise(resolve => proxy.close(resolve));
    open.forEach(socket => socket.destroy());
    await closed;
  };
  t.after(async () => {
    if (proxy.listening) await cut();
  });
  return { address: `http://127.0.0.1:${address.port}`, visitors: server.visitors, cut, mend };
}
