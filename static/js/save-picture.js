// A picture of the page as a file.

/** Twice as fine as on a plain screen. */
const SCALE = 2;

const svgText = svg => new XMLSerializer().serializeToString(svg);

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Saves an SVG element. */
export const saveSvg = (svg, name) => download(new Blob([svgText(svg)], { type: 'image/svg+xml' }), `${name}.svg`);

/** Saves an SVG element in points. Throws where the browser can't. */
export async function savePng(svg, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = svg.width.baseVal.value * SCALE;
  canvas.height = svg.height.baseVal.value * SCALE;
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('no picture came out');
  download(blob, `${name}.png`);
}
