import { html, type Markup, nothing } from './markup.js';

/** A place that the script draws a chart in, with what it shows in words and as a table. @param key to its colours */
export function figure(id: string, title: string, inWords: string, table: Markup, key = nothing): Markup {
  return html`<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<figure>
<div class="chart" id="${id}" role="img" aria-label="${inWords}"></div>
${key}
<figcaption>${inWords}</figcaption>
</figure>
${table === nothing ? nothing : html`<details><summary>As a table</summary>${table}</details>`}
</section>`;
}
