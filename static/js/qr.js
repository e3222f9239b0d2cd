// QR codes, drawn as one path of an SVG.

import encodeQR from '/static/vendor/qr/index.js';

const SVG = 'http://www.w3.org/2000/svg';
/** What readers need free around the code, in modules. */
const QUIET_ZONE = 4;

/** An SVG of the QR code of `text`, which is read out as `label`. It is dark on white whatever the page's colours are. */
export function qrCode(text, label) {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const size = modules.length;
  const svg = create('svg', {
    class: 'qr',
    viewBox: `0 0 ${size} ${size}`,
    role: 'img',
    'aria-label': label,
    'shape-rendering': 'crispEdges',
  });
  svg.append(
    create('rect', { width: size, height: size, fill: '#fff' }),
    create('path', { d: modules.map(rowOf).join(''), fill: '#000' }),
  );
  return svg;
}

/** The dark modules of a row, each run of them a rectangle. */
function rowOf(row, y) {
  let path = '';
  for (let x = 0; x < row.length; x++) {
    const from = x;
    while (row[x]) x++;
    if (x > from) path += `M${from} ${y}h${x - from}v1H${from}z`;
  }
  return path;
}

function create(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
