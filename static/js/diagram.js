// A position as a picture that also prints where backgrounds don't.

import { placementOf, squaresOf } from './position.js';

const SVG = 'http://www.w3.org/2000/svg';
const ROLES = { k: 'king', q: 'queen', r: 'rook', b: 'bishop', n: 'knight', p: 'pawn' };
const SQUARE = 45;
const RIM = 18;

/** By piece, like `white knight`: its picture, out of the board's own style sheet. */
function pictures() {
  const found = new Map();
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules) {
      const [, role, color] = /piece\.([a-z]+)\.(white|black)$/.exec(rule.selectorText ?? '') ?? [];
      const [, url] = /^url\("?(data:image\/svg\+xml[^")]+)"?\)$/.exec(rule.style?.backgroundImage ?? '') ?? [];
      if (role && url) found.set(`${color} ${role}`, url);
    }
  return found;
}

function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The position of `fen` as `orientation` sees it, with the last move marked; `label` says it to those who don't see it. */
export function diagram(fen, { orientation, lastMove, label }) {
  const images = pictures();
  const size = 8 * SQUARE;
  const flip = orientation === 'black';
  const place = square => {
    const [file, rank] = ['abcdefgh'.indexOf(square[0]), Number(square[1]) - 1];
    return { x: RIM + SQUARE * (flip ? 7 - file : file), y: SQUARE * (flip ? rank : 7 - rank) };
  };
  const marked = squaresOf(lastMove) ?? [];
  const board = s('svg', { viewBox: `0 0 ${RIM + size} ${size + RIM}`, role: 'img', 'aria-label': label });
  for (let rank = 1; rank <= 8; rank++)
    for (const file of 'abcdefgh') {
      const square = file + rank;
      const dark = ('abcdefgh'.indexOf(file) + rank) % 2 === 1;
      const { x, y } = place(square);
      const kind = `${dark ? 'dark' : 'light'}${marked.includes(square) ? ' marked' : ''}`;
      board.append(s('rect', { x, y, width: SQUARE, height: SQUARE, class: `diagram-${kind}`, fill: dark ? '#b9a181' : '#efe7d8' }));
      if (marked.includes(square))
        board.append(s('rect', { x: x + 1.5, y: y + 1.5, width: SQUARE - 3, height: SQUARE - 3, class: 'diagram-mark', fill: 'none', stroke: '#0f6b63', 'stroke-width': 3 }));
    }
  for (const [square, sign] of placementOf(fen)) {
    const href = images.get(`${sign < 'a' ? 'white' : 'black'} ${ROLES[sign.toLowerCase()]}`);
    board.append(s('image', { ...place(square), width: SQUARE, height: SQUARE, href, class: 'diagram-piece' }));
  }
  const letter = (x, y, text) => s('text', { x, y, class: 'diagram-text', 'text-anchor': 'middle', 'font-size': 12 }, text);
  for (let i = 0; i < 8; i++) {
    const file = 'abcdefgh'[flip ? 7 - i : i];
    const rank = flip ? i + 1 : 8 - i;
    board.append(letter(RIM + SQUARE * (i + 0.5), size + 14, file), letter(RIM / 2 - 1, SQUARE * (i + 0.5) + 4, String(rank)));
  }
  board.append(s('rect', { x: RIM, y: 0, width: size, height: size, fill: 'none', stroke: '#23211d', class: 'diagram-rim' }));
  return board;
}
