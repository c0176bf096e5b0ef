import type { ReportFormat } from '../report-format.js';

export const htmlPage: ReportFormat = {
  flag: 'html',
  description: 'write a page with charts: one file that needs nothing else',
  // Loaded when asked for: a run has to start quickly.
  render: async (result, context) => (await import('./page.js')).renderPage(result, context),
};
