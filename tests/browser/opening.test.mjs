// The form that opens an exhibition: templates, every field, what is wrong where, and the keyboard alone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** The organiser's form, open and filled with what the server was started with; `sent` are the bodies that it posts. */
async function openForm(server, options = {}) {
  const people = await visitor(server, { provoked: /400/, ...options });
  const page = await people.open(`/#organiser=${ORGANISER}`);
  const sent = [];
  page.on('request', request => request.method() === 'POST' && sent.push(request.postDataJSON()));
  await page.locator('#organiser').waitFor();
  await page.click('summary');
  await until(page, () => document.getElementById('open-boards').value !== '');
  return { page, sent };
}

/** Sends the form and waits until the exhibition is there. */
async function submitted(page) {
  await page.click('#open button');
  await until(page, () => !document.getElementById('opened').hidden && !document.getElementById('another').open);
}

test('an untouched form opens what the server was started with', async t => {
  const server = await startServer(t, { boards: 5, clock: '5m+3s', code: 'KLUB26', passes: 2 });
  const { page, sent } = await openForm(server);
  for (const [id, value] of Object.entries({ boards: '5', clock: '5m+3s', 'own-code': 'KLUB26', passes: '2', 'absent-after': '30m' }))
    assert.equal(await page.inputValue(`#open-${id}`), value, id);
  await submitted(page);
  assert.deepEqual(sent, [{}]);
  const made = await server.get('/api/exhibitions/2');
  assert.deepEqual([made.boards.length, made.clock.initial_ms], [5, 300_000]);
  assert.equal(await page.getAttribute('#opened-desk', 'href'), '/e/2/desk');
});

test('each template opens what it says', async t => {
  const server = await startServer(t, { boards: 4, 'late-rounds': 7, color: 'random' });
  const { page, sent } = await openForm(server);
  const common = { color: 'white', code: true };
  const expected = {
    school: { ...common, master: { kind: 'engine', elo: 900 }, passes: 3, grace: '30s', admission: 'approval', closes_after: '1h30m', late_rounds: 3, chat: false },
    club: { ...common, master: { kind: 'engine', elo: 1800 }, passes: 3, closes_after: '2h30m', late_rounds: 3 },
    clock: { ...common, master: { kind: 'engine', elo: 1800 }, clock: '30m+30s', master_extra_per_board: '60s', walk: 'urgent-first', late_rounds: 0 },
  };
  for (const [name, settings] of Object.entries(expected)) {
    if (!(await page.locator('#another').evaluate(details => details.open))) await page.click('summary');
    // Whatever was chosen before leaves nothing behind.
    for (const other of ['clock', 'school', 'club', name]) await page.click(`#template-${other}`);
    await reads(page, '#templates-said', /filled in/);
    await submitted(page);
    assert.deepEqual(sent.pop(), settings, name);
  }
  const clock = await server.get('/api/exhibitions/current');
  assert.deepEqual([clock.clock.master_extra_per_board_ms, clock.walk.mode, clock.boards.length], [60_000, 'urgent-first', 4]);
});

test('a template leaves a person the master’s seat, and what was typed', async t => {
  const server = await startServer(t, { boards: 4 });
  const { page, sent } = await openForm(server);
  await page.fill('#open-name', 'Friday');
  await page.selectOption('#open-master', 'human');
  await page.fill('#open-master-name', 'GM Judit');
  await page.click('#template-club');
  await submitted(page);
  assert.deepEqual([sent[0].name, sent[0].master], ['Friday', { kind: 'human', name: 'GM Judit' }]);
  assert.ok(await page.isVisible('#master-link-open'));
});

test('everything can be said, and reaches the server', async t => {
  const server = await startServer(t, { boards: 4 });
  const { page, sent } = await openForm(server, { timezoneId: 'Asia/Tokyo' });
  for (const group of ['games', 'walk', 'guests', 'times', 'seats']) await page.click(`#open-group-${group} > summary`);
  await page.fill('#open-text', 'Bring a pen.\nTea at nine.');
  await page.selectOption('#open-elo', '1600');
  await page.selectOption('#open-start', 'kings-gambit');
  await page.fill('#open-late-rounds', '5');
  await page.selectOption('#open-admission', 'approval');
  await page.selectOption('#open-code', 'own');
  await page.fill('#open-own-code', 'club26');
  await page.fill('#open-delay', '60s');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await page.fill('#open-starts-at', `${tomorrow}T19:30`);
  await page.fill('#open-closes-after', '2h');
  await page.fill('#open-absent-after', '');
  await page.click('#open-seats-row .pasting summary');
  await page.fill('#open-seats-paste', 'Ada, 3, 45m+30s\nBen');
  await page.click('#open-seats-put');
  await reads(page, '#open-seats-paste-said', '2 seats are in the table.');
  // Two at once: what is still in the list when the form is sent is meant too.
  await page.fill('#open-seats-paste', 'Chiara, 4');
  const [second] = await page.locator('.seats-table tr').filter({ has: page.getByRole('button', { name: 'Remove board 1' }) }).all();
  await second.getByLabel('Plays').selectOption('white');
  await second.getByLabel('Begins with').fill('chess960');
  await page.click('#open button');
  await until(page, () => !document.getElementById('opened').hidden);
  assert.deepEqual(sent, [
    {
      text: 'Bring a pen.\nTea at nine.',
      master: { kind: 'engine', elo: 1600 },
      start: 'kings-gambit',
      late_rounds: 5,
      code: 'club26',
      admission: 'approval',
      starts_at: Date.parse(`${tomorrow}T19:30:00+09:00`),
      closes_after: '2h',
      absent_after: null,
      delay: '60s',
      seats: [
        { board: 3, name: 'Ada', clock: '45m+30s' },
        { board: 1, name: 'Ben', color: 'white', start: 'chess960' },
        { board: 4, name: 'Chiara' },
      ],
    },
  ]);
  const made = await server.get('/api/exhibitions/2');
  assert.equal(made.boards[0].variant, 'chess960');
  assert.equal(made.boards[1].fen, 'rnbqkbnr/pppp1ppp/8/4p3/4PP2/8/PPPP2PP/RNBQKBNR b KQkq - 0 2');
  // And the next one begins anew.
  await page.click('summary');
  assert.equal(await page.inputValue('#open-text'), '');
  assert.equal(await page.locator('.seats-table tbody tr').count(), 0);
});

test('what is wrong is said at its field, which is unfolded and gets the focus', async t => {
  const server = await startServer(t, { boards: 4 });
  const { page } = await openForm(server);
  const wrong = [
    ['', 'boards', '0'],
    ['', 'clock', 'a while'],
    ['walk', 'grace', 'soon'],
    ['guests', 'text', 'x'.repeat(2001)],
    ['guests', 'delay', '31m'],
    ['times', 'closes-after', '10s'],
    ['times', 'starts-at', '2001-01-01T12:00'],
  ];
  for (const [group, id, value] of wrong) {
    const field = page.locator(`#open-${id}`);
    const before = await field.inputValue();
    if (group) await page.click(`#open-group-${group} > summary`);
    await field.fill(value);
    if (group) await page.click(`#open-group-${group} > summary`);
    await page.click('#open button');
    await until(page, id => document.getElementById(`open-${id}-error`).textContent !== '', id);
    assert.equal(await page.evaluate(() => document.activeElement.id), `open-${id}`);
    assert.ok(await field.isVisible(), id);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.ok((await field.getAttribute('aria-describedby')).split(' ').includes(`open-${id}-error`));
    await reads(page, `#open-${id}-error`, /^[A-Z].{15,}\.$/);
    await reads(page, '#organiser-error', /: [A-Z].{15,}\.$/);
    await field.fill(before);
    await reads(page, `#open-${id}-error`, '', 'what is mended is no longer told');
    if (group) await page.click(`#open-group-${group} > summary`);
  }
  // Lines that can't be read, and a seat that the server refuses.
  await page.click('#open-group-seats > summary');
  await page.click('#open-seats-row .pasting summary');
  await page.fill('#open-seats-paste', 'Ada, first');
  await page.click('#open button');
  await until(page, () => /Line 1: “first”/.test(document.getElementById('open-seats-paste-said').textContent));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'open-seats-paste');
  await page.fill('#open-seats-paste', 'Ada, 2, 5x');
  await page.click('#open button');
  await until(page, () => /^Board 2: a clock/.test(document.getElementById('open-seats-error').textContent));
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Clock');
  assert.equal((await server.get('/api/exhibitions')).length, 1, 'nothing was opened');
});

test('a position is shown as it is typed', async t => {
  const server = await startServer(t, { boards: 4 });
  const { page } = await openForm(server);
  await page.click('#open-group-games > summary');
  await page.selectOption('#open-start', 'fen');
  assert.ok(await page.isHidden('#open-fen-row .preview'));
  await page.fill('#open-fen', '4k3/8/8/8/8/8/8/4K2Q w - - 0 1');
  await until(page, () => document.querySelectorAll('#open-fen-row piece').length === 3);
  await page.fill('#open-fen', '4k3/8/8');
  assert.ok(await page.isHidden('#open-fen-row .preview'));
});

test('the same form changes an open exhibition, as far as that goes', async t => {
  const server = await startServer(t, { boards: 4 });
  const { page } = await openForm(server);
  const found = await page.evaluate(async () => {
    const { createSettingsForm } = await import('/static/js/settings-form.js');
    const container = document.createElement('div');
    document.querySelector('main').append(container);
    const form = createSettingsForm(container, { prefix: 'desk' });
    const texts = Object.fromEntries([...document.querySelectorAll('#open-settings [name]')].map(field => [field.name, field.value]));
    form.fill({
      name: texts.name, text: '', boards: 4, clock: null, master: { kind: 'engine', elo: 1234 }, master_extra: '0s',
      master_extra_per_board: '0s', color: 'white', start: 'standard', seats: [{ board: 2, name: 'Ada' }], walk: 'in-turn',
      late_rounds: 0, passes: 2, grace: '15s', retract: true, think: '2s', code: 'ABCD', admission: 'open', starts_at: null,
      closes_after: '2h', absent_after: '30m', delay: '0s', chat: true,
    });
    const enabled = () => [...container.querySelectorAll('[name]:enabled')].map(field => field.name);
    const stages = {};
    for (const status of ['open', 'running', 'finished']) {
      form.stage(status);
      stages[status] = enabled();
    }
    const bots = container.querySelector('#desk-bots-row').hidden;
    const unchanged = form.values();
    form.stage('running');
    const code = container.querySelector('#desk-code');
    code.value = 'made-up';
    code.dispatchEvent(new Event('input', { bubbles: true }));
    const changed = form.values();
    // Somebody else has changed something meanwhile.
    form.fill({ seats: [{ board: 1 }, { board: 3, clock: null }] });
    const seats = container.querySelectorAll('.seats :is(input, select, textarea, button):enabled').length;
    return { stages, bots, unchanged, changed, seats, strength: container.querySelector('#desk-elo').selectedOptions[0].textContent };
  });
  const late = ['name', 'passes', 'grace', 'text', 'code', 'own_code', 'admission', 'late_rounds', 'delay', 'chat', 'closes_after'];
  assert.deepEqual(found.stages.running.sort(), late.sort());
  assert.deepEqual(found.stages.finished, []);
  assert.ok(!found.stages.open.includes('master') && found.stages.open.includes('elo') && found.stages.open.includes('starts_at'));
  assert.deepEqual(
    [found.bots, found.unchanged, found.changed, found.seats, found.strength],
    [true, {}, { code: true }, 0, 'About 1234'],
  );
});

test('with the keyboard alone', async t => {
  const server = await startServer(t, { boards: 4 });
  const people = await visitor(server);
  const page = await people.open(`/#organiser=${ORGANISER}`);
  await until(page, () => document.getElementById('open-boards')?.value !== '');
  await page.focus('#another > summary');
  await page.keyboard.press('Enter');
  /** Goes on until the focus is where it should be. */
  const tabTo = async id => {
    for (let step = 0; step < 60; step++) {
      if (await page.evaluate(id => document.activeElement.id === id || document.activeElement.parentElement?.id === id, id)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`${id} is not reached`);
  };
  await tabTo('template-school');
  await page.keyboard.press('Space');
  await tabTo('open-name');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Class 4b');
  await tabTo('open-group-guests');
  await page.keyboard.press('Enter');
  await tabTo('open-admission');
  await page.keyboard.press('ArrowUp');
  await tabTo('open');
  await page.keyboard.press('Enter');
  await until(page, () => !document.getElementById('opened').hidden);
  await reads(page, '#opened-text', /Class 4b/);
});

test('nothing scrolls sideways from a phone to a wall, folded or not', async t => {
  const server = await startServer(t, { boards: 4 });
  for (const width of [320, 768, 1280, 1920]) {
    const { page } = await openForm(server, { width, height: 800 });
    assert.ok(!(await scrollsSideways(page)), `folded at ${width}`);
    for (const group of ['games', 'walk', 'guests', 'times', 'seats']) await page.click(`#open-group-${group} > summary`);
    await page.click('#open-seats-add');
    await page.click('#open-seats-row .pasting summary');
    assert.ok(!(await scrollsSideways(page)), `unfolded at ${width}`);
    const low = await page.evaluate(() =>
      [...document.querySelectorAll('#open-settings :is(input, select, button, summary, textarea), #templates button')]
        .filter(control => control.checkVisibility() && control.getBoundingClientRect().height < 44)
        .map(control => control.id || control.textContent),
    );
    assert.deepEqual(low, [], 'nothing to touch is lower than 44 px');
  }
});
