import type { PageAssets } from '../report-format.js';
import { liveFigures } from './chart-sections.js';
import { renderDocument } from './document.js';
import { html, nothing } from './markup.js';

/** What the page of a run says before anything has come of it. */
export interface LivePageParts {
  readonly name: string;
  /** Whether there are several, and so a table of them. */
  readonly hasOperations: boolean;
  readonly assets: PageAssets;
}

/** The page of a run that goes on: places, which its script fills with what the run's server tells. */
export function renderLivePage({ name, hasOperations, assets }: LivePageParts): string {
  return renderDocument({
    title: `${name} – zipfire, live`,
    body: html`<main id="live">
<header>
<p class="name">${name}</p>
<h1 id="headline" aria-live="polite">Waiting for the run</h1>
<progress id="progress" aria-label="Progress of the phase" max="1" value="0"></progress>
<p class="quiet" id="stage">Nothing was heard yet.</p>
<dl class="tiles" id="tiles"></dl>
<p class="quiet">QPS, in flight and lateness are those of the last second, the others of the measured window so far.</p>
</header>
${liveFigures()}
${
  hasOperations
    ? html`<section aria-labelledby="operations-title"><h2 id="operations-title">Operations</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Operations"><table>
<thead><tr><th scope="col">operation</th><th scope="col">sent</th><th scope="col">QPS</th><th scope="col">errors</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">max</th></tr></thead>
<tbody id="operations"></tbody>
</table></div></section>`
    : nothing
}
<noscript><p class="bad">This page needs its script: it shows a run while it goes on.</p></noscript>
</main>`,
    assets,
    connects: true,
  });
}
