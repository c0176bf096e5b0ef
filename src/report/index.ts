export { reportFormats } from './formats.js';
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
