export { type AdviseOptions, advise } from './advise.js';
export { type Looked, loadArtifacts, saveArtifacts } from './artifacts.js';
export { fileAudits } from './audits/files/index.js';
export {
  experiment,
  firstArm,
  type Objective,
  parseExperiments,
  parseVary,
  parseVaryFlag,
  type SessionEvent,
} from './experiments/index.js';
export type { Runner } from './experiments/runner.js';
export type { Gathered } from './facts.js';
export { gatherExpvar } from './gather/expvar.js';
export { gatherFiles } from './gather/files/index.js';
export { type Gatherer, mergeGathered } from './gather/gatherer.js';
export { gatherGenerator } from './gather/generator.js';
export { loadFacts } from './gather/load.js';
export { gatherMetrics } from './gather/metrics/index.js';
export { observe } from './gather/observe.js';
export { probeForLoad } from './gather/probe/index.js';
export { defaultProbeLimits, probeTarget } from './gather/probe/probe-target.js';
export type { ProbeRequest } from './gather/probe/request.js';
export { gatherProcess } from './gather/process/index.js';
export { type Place, parseCommandLine, Starter, shellLine, startGuard } from './service/index.js';
export type { Suppression } from './suppress.js';
