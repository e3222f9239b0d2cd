// What the organiser's link adds to the front page: start what is open, open another exhibition.

import { deskPage, watchPage } from './address.js';
import * as api from './api.js';
import { byId, h, setText } from './dom.js';
import { createMasterLink } from './master-link.js';
import { createOpenForm } from './open-form.js';
import { organiserToken } from './organiser.js';
import { screenLinks } from './screens.js';
import { OPENED } from './settings-words.js';
import { count, DESK, masterLink, REHEARSAL } from './words.js';

/** The panel; `onChange()` after it has changed something. Without the organiser's token it stays hidden. */
export function createOrganiserPanel(onChange) {
  let token = null;
  let drawn = '';
  const showMasterLink = createMasterLink();

  async function begin() {
    token = await organiserToken();
    byId('organiser').hidden = token === null;
    onChange();
    if (token !== null) form.startedWith(await api.startedWith(token));
  }

  async function attempt(action) {
    setText(byId('organiser-error'), '');
    try {
      await action();
      onChange();
      return true;
    } catch (error) {
      setText(byId('organiser-error'), error.message);
      return false;
    }
  }

  byId('rehearse').addEventListener('click', () =>
    attempt(async () => {
      const { boards } = await api.startedWith(token);
      const settings = { name: REHEARSAL, boards, house_bots: boards, master: { kind: 'human' } };
      showMasterLink(await api.open(settings, token));
    }),
  );

  const form = createOpenForm({
    async onSubmit(settings) {
      setText(byId('organiser-error'), '');
      try {
        showOpened(await api.open(settings, token));
      } catch (error) {
        return error;
      }
      onChange();
      return null;
    },
  });

  /** What was just opened, and the way to where it is led from. */
  function showOpened(opened) {
    byId('opened').hidden = false;
    setText(byId('opened-text'), OPENED.text(opened.name));
    setText(byId('opened-desk'), OPENED.desk);
    byId('opened-desk').href = deskPage(opened.id);
    showMasterLink(opened);
  }

  const linked = one =>
    h(
      'button',
      {
        type: 'button',
        class: 'button',
        onclick: () =>
          attempt(async () => {
            const { master_token } = await api.newMasterLink(one.id, token);
            showMasterLink({ ...one, master: { name: one.master }, master_token });
          }),
      },
      masterLink.renew,
    );

  const startable = one =>
    h(
      'li',
      {},
      h(
        'span',
        {},
        h('a', { href: watchPage(one.id) }, one.name),
        h('span', { class: 'quiet' }, ` ${one.seated} of ${count(one.boards, 'seat')} taken`),
      ),
      h(
        'span',
        { class: 'actions' },
        h('a', { class: 'button', href: deskPage(one.id) }, DESK),
        one.master_kind === 'human' && linked(one),
        one.status === 'open' &&
          h(
            'button',
            {
              type: 'button',
              class: 'button',
              disabled: one.seated === 0,
              onclick: () => attempt(() => api.start(one.id, token)),
            },
            `Start with ${count(one.seated, 'opponent')}`,
          ),
      ),
      screenLinks(one.id),
    );

  begin().catch(error => setText(byId('trouble'), error.message));

  return {
    /** Lists the exhibitions that are not over: to start them, for a new link of the master's, and for their screens. */
    draw(exhibitions) {
      if (token === null) return;
      const open = exhibitions.filter(one => one.status !== 'finished');
      // Only when something changed, so that a button doesn't vanish under a finger.
      const key = JSON.stringify(open.map(one => [one.id, one.seated, one.status]));
      if (key === drawn) return;
      drawn = key;
      byId('startable').replaceChildren(...open.map(startable));
    },
  };
}
