export type * from './advice.js';
export type * from './call.js';
export type * from './capacity.js';
export { nowNs } from './clock.js';
export type * from './comparison.js';
export {
  type Diagnosis,
  type Direction,
  type FoundPattern,
  type FoundStall,
  type MissingSignal,
  type Pattern,
  type SignalCost,
  type SignalEvidence,
  type SignalName,
  type SignalSecond,
  type Spike,
  signalNames,
  type TargetSignals,
  type ThreeFigures,
} from './diagnosis.js';
export type {
  ConnectionEvent,
  Driver,
  DriverCounters,
  DriverEvents,
  DriverOptions,
  Prepared,
  ResponseFields,
  ResponseReader,
} from './driver.js';
export { type Due, DueHeap } from './due-heap.js';
export { type ErrorCode, ExitCode, usageError, ZipfireError } from './errors.js';
export { type EscapeOptions, escapeText } from './escape.js';
export {
  formatBytes,
  formatCount,
  formatFactor,
  formatNs,
  formatPercent,
  formatRate,
  formatRateExact,
  formatSpan,
  formatUs,
  NO_DATA,
} from './format.js';
export { GrpcStatus, type GrpcStatusName, grpcStatusNames } from './grpc-status.js';
export { positionOf, WARMUP_HITS } from './hits.js';
export type { KeyGenerator, KeyPart, KeyShape, KeySpec } from './keys.js';
export { mainFailure } from './main-failure.js';
export type * from './matrix.js';
export type * from './message.js';
export type { HeaderText, Operation, OperationCall, Text, Values } from './operation.js';
export { type ErrorKind, errorKinds, OutcomeKind, outcomeKinds } from './outcome.js';
export type { Pacer } from './pacer.js';
export type * from './plan.js';
export { hash32, integerBelow, streamOf, uniform53 } from './random.js';
export {
  type Replay,
  type ReplayFields,
  type ReplayFormat,
  type ReplayLog,
  type ReplayOmission,
  type ReplayPart,
  type ReplayShape,
  replayParts,
} from './replay.js';
export type * from './result.js';
export type * from './script.js';
export type * from './sequence.js';
export { SLICE_MS, SLICES_PER_SEC, type SliceName, type Slices } from './slices.js';
export type * from './snapshot.js';
export type * from './stages.js';
export { closest, suggestion } from './suggest.js';
export {
  parseBytes,
  parseCount,
  parseDurationMs,
  parseDurationNs,
  parseNumber,
  parseRate,
  parseRatio,
  parseShare,
} from './units.js';
export { isCausedByTarget } from './validity.js';
