import { escapeText, formatCount } from '../../core/index.js';

/** Markup that was made here: what comes from outside is escaped in it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

const MOST_TEXT = 400;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const nothing: Markup = { markup: '' };

/** Markup as it stands, with texts in it made visible, bounded and escaped; for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.map((fixed, i) => fixed + (i < parts.length ? render(parts[i] as Part) : ''));
  return { markup: text.join('') };
}

function render(part: Part): string {
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(render).join('\n');
  return escapeText(String(part), { maxLength: MOST_TEXT }).replace(
    /[&<>"']/g,
    (found) => entities[found] ?? '',
  );
}

/**
 * A value as JSON for a `<script type="application/json">`: nothing in it can end the element or begin a comment.
 * Texts in it are still from outside; who shows one has to do that as text.
 */
export function jsonMarkup(value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { markup: text };
}

/** A file from outside may hold any number of rows, and nobody reads more. */
const MOST_ROWS = 200;

/**
 * A table whose first column is the name of its row. A row of one cell says more of the row above it. Wide ones scroll by themselves, also from the keyboard. What is
 * beyond the most rows is not shown, which is said.
 * @param texts columns of words, not of figures
 */
export function tableMarkup(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  texts: readonly number[] = [],
): Markup {
  if (rows.length === 0) return nothing;
  const ofText = (i: number): Markup => (texts.includes(i) ? html` class="words"` : nothing);
  const title = (text: string, i: number) =>
    text === '' ? html`<td></td>` : html`<th scope="col"${ofText(i)}>${text}</th>`;
  const cells = (row: readonly (string | Markup)[]) =>
    row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${ofText(i)}>${cell}</td>`));
  const line = (row: readonly (string | Markup)[]) =>
    row.length === 1 && head.length > 1
      ? html`<tr class="more"><td colspan="${head.length}">${row[0] ?? ''}</td></tr>`
      : html`<tr>${cells(row)}</tr>`;
  const more = rows.length - MOST_ROWS;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}, table"><table>
<caption>${caption}</caption>
<thead><tr>${head.map(title)}</tr></thead>
<tbody>${rows.slice(0, MOST_ROWS).map(line)}</tbody>
</table></div>${more > 0 ? html`<p class="quiet">${formatCount(more)} more: the JSON (--out) has them all.</p>` : nothing}`;
}
