export { reportFormats } from './formats.js';
export { renderAnnotations } from './github.js';
export { renderGitlab } from './gitlab.js';
export { renderHgrm } from './hgrm.js';
export { renderIntervalLog } from './interval-log.js';
export { renderJson } from './json.js';
export { renderJunit } from './junit.js';
export {
  type LivePhase,
  type LivePoint,
  type LiveProgress,
  renderLive,
  renderProgressLine,
} from './live.js';
export { renderMarkdown } from './markdown.js';
export { LivePainter } from './painter.js';
export { renderPlan } from './plan.js';
export { renderPrometheus } from './prometheus.js';
export type { ReportContext, ReportFormat } from './report-format.js';
export { renderTerminal, type TerminalOptions } from './terminal.js';
