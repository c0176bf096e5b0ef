import { csv } from './csv.js';
import { gitlab } from './gitlab.js';
import { hgrm } from './hgrm.js';
import { htmlPage } from './html/html.js';
import { intervalLog } from './interval-log.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { prometheus } from './prometheus.js';
import type { ReportFormat } from './report-format.js';

/** Every format a result can be written in. A new one is a file and a line here. */
export const reportFormats: readonly ReportFormat[] = [
  json,
  htmlPage,
  junit,
  markdown,
  csv,
  hgrm,
  intervalLog,
  prometheus,
  gitlab,
];
