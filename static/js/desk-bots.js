// The bots that come again: their tokens are given out here, and taken back.

import { copy } from './clipboard.js';
import { ASKED, BOTS, DONE } from './desk-words.js';
import { byId, h, setText } from './dom.js';
import { sentence } from './settings-words.js';
import { COPY_BY_HAND } from './words.js';

/** The folded list, which is read when it is opened; `say(sentence)` tells what was done. */
export function createDeskBots({ orders, ask, say }) {
  const refuse = error => setText(byId('bots-error'), sentence(error.message));

  byId('bot-sits').append(...Object.entries(BOTS.sits).map(([value, text]) => h('option', { value }, text)));
  setText(byId('no-bots'), BOTS.none);

  async function read() {
    try {
      draw(await orders.bots());
      setText(byId('bots-error'), '');
    } catch (error) {
      refuse(error);
    }
  }

  function draw(bots) {
    byId('no-bots').hidden = bots.length > 0;
    byId('bot-list').replaceChildren(...bots.map(line));
  }

  const line = ({ name, created_at: createdAt, on_request: onRequest }) =>
    h(
      'li',
      {},
      h('b', { title: name }, name),
      h('span', { class: 'quiet' }, [BOTS.since(createdAt), onRequest && BOTS.onRequest].filter(Boolean).join(', ')),
      h('button', { type: 'button', 'aria-label': BOTS.revokeLabel(name), onclick: () => revoke(name) }, BOTS.revoke),
    );

  const revoke = name =>
    ask({
      ...ASKED.revokeBot(name),
      act: async () => {
        await orders.revokeBot(name);
        say(DONE.revokeBot(name));
        byId('bot-token').hidden = true;
        await read();
      },
    });

  byId('lasting-bots').addEventListener('toggle', () => byId('lasting-bots').open && read());
  byId('bot-add').addEventListener('submit', async event => {
    event.preventDefault();
    const field = byId('bot-name');
    setText(byId('bots-error'), '');
    try {
      const name = field.value.trim();
      const token = await orders.addBot(name, byId('bot-sits').value === 'asked');
      field.value = '';
      byId('bot-token').hidden = false;
      setText(byId('bot-token-text'), BOTS.token(name));
      setText(byId('bot-token-code'), token);
      await read();
    } catch (error) {
      refuse(error);
    }
  });
  byId('bot-token-copy').addEventListener('click', async () => {
    const code = byId('bot-token-code');
    say((await copy(code.textContent, code)) ? BOTS.copied : COPY_BY_HAND);
  });
}
