import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { junit } from './junit.js';
import type { ReportFormat } from './report-format.js';

/** Every format a result can be written in. A new one is a file and a line here. */
export const reportFormats: readonly ReportFormat[] = [json, junit, hgrm];
