// The fields of an exhibition's settings, drawn from their list: for opening one, and for changing one that is open.

import { h, setName, setText } from './dom.js';
import { createPositionPreview } from './position-preview.js';
import { createSeatTable } from './seat-table.js';
import { changesIn, FIELDS, fieldOf, textsOf, wordsOf } from './settings-fields.js';
import { CHOICES, FIELDS as WORDS, GROUPS, MEANINGS, otherStrength, sentence, SHORT, WRONG_DATE } from './settings-words.js';

const PLAIN = { autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off' };

/**
 * Draws the fields into `container`, with ids that begin with `prefix`; `onChange()` is called after each change. It is for a
 * new exhibition until `stage` says otherwise.
 */
export function createSettingsForm(container, { prefix = 'settings', onChange = () => {} } = {}) {
  const parts = new Map();
  let base = {};
  let at = 'new';
  let filling = false;

  const value = name => parts.get(name).read();
  const texts = () => Object.fromEntries(FIELDS.map(({ name }) => [name, value(name)]));

  function changed() {
    if (filling) return;
    const now = texts();
    for (const field of FIELDS) {
      parts.get(field.name).row.hidden = !isShown(field, now);
      parts.get(field.name).explain();
    }
    for (const group of groups) group.draw(now);
    parts.get('fen').preview.show(now.start === 'fen' ? now.fen : '');
    onChange();
  }

  const isShown = (field, now) => (field.shown?.(now) ?? true) && !(field.name === 'house_bots' && at !== 'new');

  /** A field's row: its label, its control, what is to be known and what is wrong. */
  function part(field) {
    const { name, kind } = field;
    const { label, hint, example } = WORDS[name];
    const id = `${prefix}-${field.id ?? name}`;
    const error = h('p', { id: `${id}-error`, class: 'error' });
    const meanings = MEANINGS[name];
    const told = (hint || meanings) && h('p', { id: `${id}-hint`, class: 'hint' }, hint ?? '');
    const described = [told && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
    const common = { id, name, placeholder: example, 'aria-describedby': described };
    const preview = kind === 'position' ? createPositionPreview() : null;
    const table =
      kind === 'seats' ? createSeatTable({ prefix: id, boards: () => Number(value('boards')), onChange: () => parts.has('seats') && changed() }) : null;
    const control = table
      ? h('div', { id, role: 'group', 'aria-label': GROUPS.seats, 'aria-describedby': described }, table.element)
      : kind === 'select'
        ? h('select', { ...common, placeholder: null }, ...CHOICES[name].map(([value, text]) => h('option', { value }, text)))
        : kind === 'lines'
          ? h('textarea', { ...common, rows: '4' })
          : kind === 'number'
            ? h('input', { ...common, type: 'number', min: String(field.min), max: String(field.max), inputmode: 'numeric' })
            : kind === 'date'
              ? h('input', { ...common, type: 'datetime-local' })
              : h('input', { ...common, maxlength: field.max, ...(kind !== 'text' && PLAIN) });
    const row = h(
      'div',
      { id: `${id}-row`, class: `${field.wide ? 'wide ' : ''}field` },
      table ? null : h('label', { for: id }, label),
      control,
      preview?.element,
      told,
      error,
    );
    return {
      row,
      preview,
      table,
      read: table ? table.seats : () => (kind === 'lines' ? control.value : control.value.trim()),
      write(text) {
        if (table) return table.fill(text);
        // A strength that nobody has a name for.
        if (kind === 'select' && ![...control.options].some(option => option.value === text))
          control.append(h('option', { value: text }, name === 'elo' ? otherStrength(text) : text));
        control.value = text;
      },
      disable(disabled) {
        if (table) table.disable(disabled);
        else control.disabled = disabled;
      },
      /** Says what was chosen, where that is to be said. */
      explain: () => meanings && setText(told, meanings[control.value] ?? ''),
      isHalfADate: () => kind === 'date' && control.validity.badInput,
      say(message) {
        setText(error, message);
        if (message) control.setAttribute('aria-invalid', 'true');
        else control.removeAttribute('aria-invalid');
      },
      focus(message) {
        if (table) table.focus(message);
        else control.focus();
      },
    };
  }

  /** A group that is folded away; its heading says in short what is in it. */
  function createGroup(name) {
    const members = FIELDS.filter(({ group }) => group === name);
    const short = h('span', { class: 'quiet group-short' });
    const element = h(
      'details',
      { id: `${prefix}-group-${name}`, class: 'group' },
      h('summary', {}, h('span', { class: 'group-name' }, GROUPS[name]), ' ', short),
      h('div', { class: 'fields' }, ...members.map(({ name }) => parts.get(name).row)),
    );
    return {
      name,
      element,
      draw(now) {
        const said = members.filter(field => isShown(field, now)).map(({ name }) => inShort(name, now[name]));
        setName(short, said.filter(Boolean).join(' · '));
      },
    };
  }

  function inShort(name, text) {
    if (name === 'seats') return SHORT.seats(text.length);
    if (text === '' || name === 'text' || name === 'own_code') return '';
    if (name in SHORT) return SHORT[name](text);
    if (name === 'starts_at') return new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
    return CHOICES[name]?.find(([choice]) => choice === text)?.[1].split(':')[0] ?? '';
  }

  for (const field of FIELDS) parts.set(field.name, part(field));
  const groups = Object.keys(GROUPS).map(createGroup);
  const always = FIELDS.filter(({ group }) => !group).map(({ name }) => parts.get(name).row);
  container.replaceChildren(h('div', { class: 'fields' }, ...always), ...groups.map(({ element }) => element));
  container.classList.add('settings-form');
  container.addEventListener('input', event => {
    // What is being mended is no longer told to be wrong.
    const name = event.target.name;
    if (parts.has(name)) parts.get(name).say('');
    else if (parts.get('seats').row.contains(event.target)) parts.get('seats').say('');
    changed();
  });

  function write(all) {
    filling = true;
    for (const [name, text] of Object.entries(all)) parts.get(name)?.write(text);
    filling = false;
    changed();
  }

  function clear() {
    for (const one of parts.values()) one.say('');
  }

  const form = {
    /** Shows these settings, in the server's words, as those that stand; a group that was opened stays so. */
    fill(words) {
      clear();
      write(textsOf(words, texts()));
      base = wordsOf(texts());
    },

    /** Fills in some settings, in the server's words, as if somebody had typed them. */
    use(words) {
      clear();
      write(textsOf(words, texts()));
    },

    /** What is in the fields, as text, by name. */
    texts,

    /** The settings that differ from those that were filled in, in the server's words. */
    values: () => changesIn(wordsOf(texts()), base),

    /** Whether everything can be read here; what can't is told at its field. What is pasted and not in the table yet is put there. */
    check() {
      clear();
      if (!parts.get('seats').table.take()) {
        unfold('seats');
        return false;
      }
      if (!parts.get('starts_at').isHalfADate()) return true;
      form.showError('starts_at', WRONG_DATE);
      return false;
    },

    /** Says at its field what the server found wrong with a setting, and goes there. Answers the field's label, or null where there is none. */
    showError(setting, message) {
      clear();
      const name = fieldOf(setting, texts());
      if (name === null) return null;
      parts.get(name).say(sentence(message));
      unfold(FIELDS.find(field => field.name === name).group);
      parts.get(name).focus(message);
      return WORDS[name].label;
    },

    clearErrors: clear,

    /** `new`, or an exhibition's status: what can't be changed then is shown and can't be touched. */
    stage(status) {
      at = status;
      for (const { name, late, fresh } of FIELDS) {
        const settled = status === 'new' ? false : status === 'open' ? fresh : !late;
        parts.get(name).disable(settled || status === 'finished');
      }
      changed();
    },

    /** Folds all groups, as they were at first. */
    fold() {
      for (const { element } of groups) element.open = false;
    },
  };

  function unfold(group) {
    const found = groups.find(({ name }) => name === group);
    if (found) found.element.open = true;
  }

  return form;
}
