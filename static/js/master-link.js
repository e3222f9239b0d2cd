// A human master's link, as the organiser is shown it once.

import { masterPage } from './address.js';
import { byId, setText } from './dom.js';
import { masterLink } from './words.js';

/** Shows it in the page's elements for it. A person's seat opens with this link alone, and nobody else is told it. */
export function createMasterLink() {
  return function show({ id, name, master, master_token: secret }) {
    byId('master-link').hidden = !secret;
    if (!secret) return;
    const link = new URL(`${masterPage(id)}#master=${secret}`, location.href).href;
    setText(byId('master-link-text'), masterLink.text(master.name, name));
    setText(byId('master-link-open'), masterLink.open);
    setText(byId('master-link-copy'), masterLink.copy);
    byId('master-link-open').href = link;
    byId('master-link-copy').onclick = async () => {
      // Without https a page may not write to the clipboard: then the link is there to be read.
      const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
      setText(byId('master-link-text'), copied ? masterLink.copied : link);
    };
  };
}
