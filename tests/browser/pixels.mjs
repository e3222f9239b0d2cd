// What a screenshot shows: its pixels, and the QR code in it, read by a decoder that has nothing to do with what drew it.

import jsQR from 'jsqr';

/** The pixels of a PNG, decoded by the browser: `{width, height, data}`, four bytes each. */
export async function pixels(page, png) {
  const decoder = await page.context().newPage();
  try {
    const { width, height, data } = await decoder.evaluate(async base64 => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      let text = '';
      for (let at = 0; at < data.length; at += 8_192) text += String.fromCharCode(...data.subarray(at, at + 8_192));
      return { width: picture.width, height: picture.height, data: btoa(text) };
    }, png.toString('base64'));
    return { width, height, data: new Uint8ClampedArray(Buffer.from(data, 'base64')) };
  } finally {
    await decoder.close();
  }
}

/** The four bytes of one pixel. */
export const pixel = ({ width, data }, x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];

/** What the QR code in `locator` says, as it looks on the screen; `null` where none is found. */
export async function qrIn(page, locator) {
  const { width, height, data } = await pixels(page, await locator.screenshot());
  return jsQR(data, width, height)?.data ?? null;
}
