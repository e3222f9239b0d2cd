// Copying to the clipboard, where a page may: without https it may not.

/** Whether `text` is copied now; where it isn't, what stands in `element` is marked, to be copied by hand. */
export async function copy(text, element = null) {
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  if (!copied && element) getSelection().selectAllChildren(element);
  return Boolean(copied);
}
