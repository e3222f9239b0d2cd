// The form that opens another exhibition.

import { byId, h, setText } from './dom.js';
import { createForecastPanel } from './forecast-panel.js';
import { createSettingsForm } from './settings-form.js';
import { TEMPLATES, wrongField } from './settings-words.js';
import { NAMES, template } from './templates.js';

/** A person's time for a move, with the way to the board, where an engine's is set. */
const A_PERSONS_MOVE = '8s';

/** The form; `onSubmit(settings)` opens the exhibition and answers null, or the server's error. */
export function createOpenForm({ onSubmit }) {
  const another = byId('another');
  const form = createSettingsForm(byId('open-settings'), { prefix: 'open', onChange: update });
  let started = {};

  /** What the forecast asks about: the form's texts, with nothing where a field has no say. */
  function answers() {
    const { boards, walk, think, clock, master, master_extra, master_extra_per_board, color, passes, grace } = form.texts();
    const asked = {
      boards,
      walk,
      think: master === 'human' ? A_PERSONS_MOVE : think,
      clock: clock || 'none',
      master_extra,
      master_extra_per_board,
      color,
      passes,
      grace,
    };
    return Object.fromEntries(Object.entries(asked).filter(([, text]) => text !== ''));
  }

  const forecast = createForecastPanel({ answers, started: () => ({}) });

  function update() {
    // Until it is filled there is nothing to ask about.
    if (another.open && Object.keys(started).length > 0) forecast.update();
    else forecast.stop();
  }

  setText(byId('templates-title'), TEMPLATES.title);
  byId('templates').append(
    ...NAMES.map(name =>
      h(
        'button',
        {
          type: 'button',
          id: `template-${name}`,
          class: 'button template',
          onclick: () => {
            form.use(template(name, form.texts()));
            setText(byId('templates-said'), TEMPLATES.taken(TEMPLATES[name].name));
          },
        },
        h('strong', {}, TEMPLATES[name].name),
        h('span', { class: 'hint' }, TEMPLATES[name].says),
      ),
    ),
  );

  another.addEventListener('toggle', update);
  for (const name of ['master', 'opponent', 'moves']) byId(`forecast-${name}`).addEventListener('input', update);
  byId('open-form').addEventListener('submit', async event => {
    event.preventDefault();
    if (!form.check()) return;
    const error = await onSubmit(form.values());
    if (error) {
      const label = error.field && form.showError(error.field, error.message);
      setText(byId('organiser-error'), label ? wrongField(label, error.message) : error.message);
      return;
    }
    form.fill(started);
    form.fold();
    setText(byId('templates-said'), '');
    another.open = false;
  });

  return {
    /** Fills the form with what the server was started with. */
    startedWith(settings) {
      started = settings;
      form.fill(settings);
    },
  };
}
