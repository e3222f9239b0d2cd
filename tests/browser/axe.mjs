// What axe-core finds wrong with a page, as it looks in a small and a large window, by day and by night.

import axe from 'axe-core';

const WINDOWS = [[320, 568], [1280, 800]];
const SCHEMES = ['light', 'dark'];

/**
 * Everything that axe-core calls serious or critical, a line each; nothing where all is well. `windows` are the sizes to look
 * at the page in.
 */
export async function barriers(page, state, windows = WINDOWS) {
  const before = page.viewportSize();
  const found = [];
  await page.evaluate(axe.source);
  for (const [width, height] of windows) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const line of await page.evaluate(examine)) found.push(`${state}, ${colorScheme}, ${width} px: ${line}`);
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}

/** In the page. What moves is brought to where it goes, so that nothing is looked at half transparent. */
async function examine() {
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  for (const animation of document.getAnimations())
    if (animation.effect.getComputedTiming().endTime === Infinity) animation.cancel();
    else animation.finish();
  // Its own requests for style sheets would tell nothing new.
  const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'], preload: false });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => `${id} (${help}) at ${target.join(' ')}: ${any[0]?.message ?? ''}`));
}
