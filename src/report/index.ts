import { hgrm } from './hgrm.js';
import { json } from './json.js';
import { junit } from './junit.js';
import type { ReportFormat } from './report-format.js';

/** Every format a result can be written in. A new one is a file and a line here. */
export const reportFormats: readonly ReportFormat[] = [json, junit, hgrm];

export { renderHgrm } from './hgrm.js';
export { renderJson } from './json.js';
export { renderJunit } from './junit.js';
export {
  type LivePhase,
  type LivePoint,
  type LiveProgress,
  renderLive,
  renderProgressLine,
} from './live.js';
export { LivePainter } from './painter.js';
export { renderPlan } from './plan.js';
export type { ReportFormat } from './report-format.js';
export { renderTerminal, type TerminalOptions } from './terminal.js';
