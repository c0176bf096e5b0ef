import { createHash } from 'node:crypto';
import type { Result } from '../../core/index.js';
import { viewPlan } from '../plan-view.js';
import type { ReportContext } from '../report-format.js';
import { chartSections } from './chart-sections.js';
import { gatherPageData } from './gather.js';
import { html, jsonMarkup, type Markup } from './markup.js';
import { detailSections, verdictSection } from './sections.js';

/**
 * The result as one HTML file: tables as markup, so that they are there without the script, which draws the charts.
 * Nothing is fetched: the page's policy allows no connection, and no script or style but its own.
 */
export async function renderPage(result: Result, context: ReportContext): Promise<string> {
  const data = await gatherPageData(result, context.baseline);
  const { script, style } = await context.page();
  const name = viewPlan(result.plan).name ?? 'zipfire';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${name} – zipfire</title>
<link rel="icon" href="data:,">
<style>${inElement(style)}</style>
</head>
<body>
<main>
${verdictSection(result)}
${chartSections(result, data)}
${detailSections(result, context.baseline)}
</main>
<script type="application/json" id="data">${jsonMarkup(data)}</script>
<script>${inElement(script)}</script>
</body>
</html>
`;
  return page.markup;
}

/** Texts of the package. They do not end their element; that is made sure of here, not trusted. */
function inElement(text: string): Markup {
  return { markup: text.replace(/<\/(?=script|style)/gi, '<\\/').replaceAll('<!--', '<\\!--') };
}

function policy(script: string, style: string): string {
  const hash = (text: string) =>
    `'sha256-${createHash('sha256').update(inElement(text).markup).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
