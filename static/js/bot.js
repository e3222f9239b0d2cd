// The page on which somebody connects a bot: takes its seats, shows the token and where to write it, and whether it has come.

import { botPage, exhibitionInAddress, playSocketAt, watchPage } from './address.js';
import * as api from './api.js';
import { armed } from './armed.js';
import { clientList } from './bot-client-list.js';
import { botForm } from './bot-form.js';
import { dropBot, keepBot, keptBots } from './bot-seat.js';
import { botOf, follow, overall, standing } from './bot-state.js';
import * as words from './bot-words.js';
import { copy } from './clipboard.js';
import { ONLY_THIS_MACHINE } from './desk-words.js';
import { byId, h, setName, setText } from './dom.js';
import { sentence } from './door-words.js';
import { takesPlayers } from './latecomers.js';
import { say } from './say.js';
import { isThisMachine, origin } from './seat-address.js';
import { keepCode } from './seat.js';
import { boardOf, nothing } from './watch-state.js';
import { createWatching } from './watching.js';
import { COPY_BY_HAND } from './words.js';

let id = exhibitionInAddress();
let state = nothing;
/** The token of the bot that is shown, or `null` where the form is. */
let shown = null;
/** Whether another bot is to be seated beside those that are kept. */
let another = false;
let base = location.origin;
/** Whether spectators, as this page is one, are told everything later. */
let delayed = false;

say(words.LABELS);
setText(byId('alone'), ONLY_THIS_MACHINE);
for (const [button, label] of [['copy-token', words.COPY.token], ['copy-base', words.COPY.base]]) byId(button).setAttribute('aria-label', label);

const form = botForm({ onSit: sit, onBack: () => show(keptBots(id)[0].token) });
const clients = clientList(byId('clients'), { onCopy: copied });

byId('copy-token').addEventListener('click', () => copied(byId('token'), words.COPIED.token));
byId('copy-base').addEventListener('click', () => copied(byId('base'), words.COPIED.base));
byId('choose').setAttribute('aria-label', words.LABELS.choose);
byId('another').addEventListener('click', () => {
  another = true;
  show(null);
  form.focus();
});
armed(byId('drop'), words.DROP_SURE, () => {
  dropBot(id, shown);
  show(keptBots(id)[0]?.token ?? null);
});

/** Copies what stands in `element`, or marks it there. */
async function copied(element, done) {
  const said = byId('copied');
  const text = (await copy(element.textContent, element)) ? done : COPY_BY_HAND;
  // The same sentence twice in a row is spoken twice.
  said.textContent = said.textContent === text ? `${text}\u00a0` : text;
}

createWatching({
  exhibition: id,
  onState: receive,
  onLine: since => (byId('connection').hidden = since === null || state.seq === null),
  onTrouble: text => setText(byId('missing'), text),
});

function receive(next, message) {
  if (next.id !== state.id) enter(next.id);
  state = next;
  if (message.type === 'exhibition') delayed = message.delay_ms > 0;
  for (const bot of keptBots(id)) {
    const now = follow(bot, state);
    if (now !== bot) keepBot(id, now);
  }
  draw();
}

/** An address that says `current` means this exhibition from now on, also after a reload. */
function enter(found) {
  id = found;
  history.replaceState(null, '', botPage(id));
  shown = keptBots(id)[0]?.token ?? null;
  form.enter(id);
}

async function sit(wishes) {
  try {
    if (wishes.code) keepCode(id, wishes.code);
    const answer = await api.seatBot(id, wishes);
    keepBot(id, botOf(answer, wishes.seats ?? 1));
    show(answer.token);
    byId('bot-title').focus();
  } catch (error) {
    form.refused(error, sentence(error.message));
  }
}

function show(token) {
  shown = token;
  if (token !== null) another = false;
  setText(byId('copied'), '');
  draw();
}

function draw() {
  if (state.seq === null) return;
  const bots = keptBots(id);
  const bot = bots.find(({ token }) => token === shown);
  document.title = `${words.LABELS.title} · ${state.name} · Simultan`;
  byId('missing').hidden = true;
  byId('watch').hidden = false;
  byId('watch').href = watchPage(id);
  setName(byId('place'), state.name);
  byId('take').hidden = Boolean(bot);
  byId('bot').hidden = !bot;
  if (bot) return drawBot(bot, bots);
  // What was forgotten is nowhere on the page.
  setText(byId('token'), '');
  clients.clear();
  form.draw(state, { back: another && bots.length > 0 });
}

function drawBot(bot, bots) {
  drawChoice(bots);
  setName(byId('bot-title'), bot.name);
  const stands = overall(bot, state);
  const how = words.situation(stands, { status: state.status, delayed });
  setText(byId('bot-text'), [words.fewer({ seats: bot.seats, wanted: bot.wanted }), how].filter(Boolean).join(' '));
  drawBoards(bot);
  // A token that opens nothing is of no use to anybody.
  byId('how').hidden = stands === 'gone';
  setText(byId('token'), bot.token);
  setText(byId('base'), base);
  byId('alone').hidden = !isThisMachine(new URL(base).hostname);
  const board = bot.seats[0]?.board ?? null;
  clients.draw({ token: bot.token, seats: bot.seats.length, base, play: playSocketAt(base, id) }, board);
  byId('another').hidden = !takesPlayers(state);
}

let offered = '';
function drawChoice(bots) {
  byId('choose').hidden = bots.length < 2;
  const key = JSON.stringify(bots.map(({ token, name }) => [token, name]));
  if (key !== offered) {
    offered = key;
    const choice = ({ token, name }) => h('button', { type: 'button', title: name, onclick: () => show(token) }, name);
    byId('choose').replaceChildren(...bots.map(choice));
  }
  bots.forEach(({ token }, at) => byId('choose').children[at].setAttribute('aria-pressed', String(token === shown)));
}

let drawn = '';
function drawBoards({ seats }) {
  const lines = seats.map(seat => {
    const at = standing(seat, state);
    return { seat, at, text: words.seatLine(at, boardOf(state, seat.board)) };
  });
  const key = JSON.stringify(lines);
  if (key === drawn) return;
  drawn = key;
  const line = ({ seat, at, text: [mark, text] }) =>
    h(
      'li',
      { 'data-standing': at },
      h('span', { class: 'bot-mark', 'aria-hidden': 'true' }, mark),
      h('a', { href: `${watchPage(id)}#board=${seat.board}` }, words.boardName(seat.board)),
      seats.length > 1 && seat.name && h('span', { class: 'bot-seat-name', title: seat.name }, seat.name),
      h('span', { class: 'bot-standing' }, text),
    );
  byId('bot-boards').replaceChildren(...lines.map(line));
}

/** Bots on other machines find the server under another name than this machine does. */
async function askWhere() {
  try {
    base = await origin();
    draw();
  } catch {
    // The page's own address will do for bots of this machine.
  }
}
askWhere();
