// How smooth the master's page is: `node tests/browser/frames.mjs [BOARDS…]`, with SIMULTAN_BIN a release build. House bots sit
// at all boards, and about eight of them move in a second, however many there are; the master plays a move a second. Prints frames
// a second, the share of frames that took longer than two, and how long after a move the next board is on the screen.

import { closeBrowser, until, visitor } from './browser.mjs';
import { startServer } from './server.mjs';

const MEASURED_MS = 20_000;

const cleanups = [];
const t = { after: cleanup => cleanups.push(cleanup) };

async function measure(boards) {
  const options = { boards, master: 'human', engine: 'random', 'house-bots': boards, 'bot-pace': `${boards / 20}s..${boards / 5}s` };
  const server = await startServer(t, options);
  const people = await visitor(server, { serverGoesAway: true });
  // What is possible, as the server tells the page.
  await people.context.addInitScript(() => {
    const Native = globalThis.WebSocket;
    globalThis.WebSocket = class extends Native {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', ({ data }) => {
          const message = JSON.parse(data);
          if (message.legal_moves?.length) globalThis.choices = message;
        });
      }
    };
  });
  const page = await people.open(`/e/current/master#master=${server.masterToken}`);
  await until(page, () => document.body.dataset.phase === 'move', null, { timeout: 120_000 });
  return page.evaluate(async ms => {
    const gaps = [];
    const steps = [];
    let last = performance.now();
    const end = last + ms;
    const field = document.getElementById('move');
    let before = null;
    let movedAt = 0;
    await new Promise(resolve => {
      function frame(now) {
        gaps.push(now - last);
        last = now;
        const number = document.getElementById('number').textContent;
        const ready = document.body.dataset.phase === 'move';
        if (before !== null && number !== before && ready) {
          steps.push(now - movedAt);
          before = null;
        }
        if (before === null && ready && now - movedAt > 1_000) {
          const { board, legal_moves } = globalThis.choices;
          const uci = String(board) === number ? legal_moves[0] : null;
          if (uci) {
            before = number;
            movedAt = now;
            field.value = uci;
            field.form.requestSubmit();
          }
        }
        if (now < end) requestAnimationFrame(frame);
        else resolve();
      }
      requestAnimationFrame(frame);
    });
    const sorted = steps.sort((a, b) => a - b);
    return {
      frames: (gaps.length * 1_000) / ms,
      late: gaps.filter(gap => gap > 34).length / gaps.length,
      longest: Math.max(...gaps),
      moves: steps.length,
      step: sorted[Math.floor(sorted.length / 2)],
      step95: sorted[Math.floor(sorted.length * 0.95)],
    };
  }, MEASURED_MS);
}

const asked = process.argv.slice(2).map(Number);
for (const boards of asked.length > 0 ? asked : [24, 100, 500]) {
  const { frames, late, longest, moves, step, step95 } = await measure(boards);
  console.log(
    `${boards} boards: ${frames.toFixed(1)} frames a second, ${(100 * late).toFixed(1)} % longer than two, the longest ${longest.toFixed(0)} ms; ` +
      `${moves} moves, the next board after ${step?.toFixed(0)} ms (half), ${step95?.toFixed(0)} ms (19 of 20)`,
  );
}
for (const cleanup of cleanups.reverse()) await cleanup().catch(() => {});
await closeBrowser();
