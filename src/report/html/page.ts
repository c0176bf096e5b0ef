import type { Result } from '../../core/index.js';
import { viewPlan } from '../plan-view.js';
import type { ReportContext } from '../report-format.js';
import { adviceSection } from './advice-section.js';
import { chartSections } from './chart-sections.js';
import { diagnosisSection } from './diagnosis-section.js';
import { renderDocument } from './document.js';
import { gatherPageData } from './gather.js';
import { html, jsonMarkup, type Markup, nothing } from './markup.js';
import type { PageData } from './page-data.js';
import { detailSections, verdictSection } from './sections.js';

/** What is in the page, and what its script draws there. */
export interface PageContent {
  readonly main: Markup;
  readonly data: PageData;
}

/**
 * The result as one HTML file: tables as markup, so that they are there without the script, which draws the charts.
 * Nothing is fetched: the page's policy allows no connection, and no script or style but its own.
 */
export async function renderPage(result: Result, context: ReportContext): Promise<string> {
  const { main, data } = await renderContent(result, context.baseline);
  return renderDocument({
    title: `${viewPlan(result.plan).name ?? 'zipfire'} – zipfire`,
    body: html`<main>
${main}
</main>
<script type="application/json" id="data">${jsonMarkup(data)}</script>`,
    assets: await context.page(),
    connects: false,
  });
}

/** Rejects with a ZipfireError `usage` when a histogram cannot be read. */
export async function renderContent(
  result: Result,
  baseline: ReportContext['baseline'],
): Promise<PageContent> {
  const data = await gatherPageData(result, baseline);
  const main = html`${verdictSection(result)}
${diagnosisSection(result)}
${result.advice === undefined ? nothing : adviceSection(result.advice)}
${chartSections(result, data)}
${detailSections(result, baseline)}`;
  return { main, data };
}
