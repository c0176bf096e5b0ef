import type { Advice } from '../../core/index.js';
import { adviceWords } from '../advice-words.js';
import type { PageAssets } from '../report-format.js';
import { adviceParts } from './advice-section.js';
import { renderDocument } from './document.js';
import { html } from './markup.js';

/** Advice as one HTML file that fetches nothing, and has no script: there is nothing in it that moves. */
export function renderAdvicePage(
  advice: Advice,
  { style }: Pick<PageAssets, 'style'>,
  version: string,
): string {
  const { tone, badge, text } = adviceWords(advice);
  return renderDocument({
    title: `Advice on ${advice.target} – zipfire`,
    body: html`<main>
<header>
<p class="name">${advice.target}</p>
<h1 class="${tone}">${badge}: ${text}</h1>
</header>
${adviceParts(advice, 2)}
<footer>zipfire ${version}</footer>
</main>`,
    assets: { script: '', style },
    connects: false,
  });
}
