import { ExitCode, type GateResult, type Result, type Validity } from '../core/index.js';

/** What decides a verdict. */
export interface Judged {
  readonly interrupted: boolean;
  readonly validity: Validity;
  readonly gates: readonly GateResult[];
}

/**
 * Reasons of invalidity that the target causes, not the generator: one that cannot serve the rate asked for
 * makes the run miss it, one that answers nothing leaves no latency. Neither may hide the failed gate that it
 * also causes.
 */
const causedByTarget: ReadonlySet<string> = new Set(['rate-missed', 'no-data', 'outage']);

/**
 * - interrupted: ended by hand; what was measured is part of what was asked for
 * - invalid: the measurement does not hold, so neither do its gates
 * - fail: a gate failed or had no data
 * - pass
 */
export function verdictOf({ interrupted, validity, gates }: Judged): Result['verdict'] {
  if (interrupted) return 'interrupted';
  const gatesHold = gates.every((gate) => gate.verdict === 'pass');
  if (validity.valid) return gatesHold ? 'pass' : 'fail';
  const onlyTarget = validity.reasons.length > 0 && validity.reasons.every(isCausedByTarget);
  return onlyTarget && !gatesHold ? 'fail' : 'invalid';
}

/** The exit code of a run that wrote a result. Without gates nothing was asked of it, and an invalid one is still 0. */
export function exitCodeOf(result: Pick<Result, 'verdict' | 'validity' | 'gates'>): ExitCode {
  const { validity, gates } = result;
  switch (verdictOf({ interrupted: result.verdict === 'interrupted', validity, gates })) {
    case 'pass':
      return ExitCode.pass;
    case 'fail':
      return ExitCode.gateFailed;
    case 'invalid':
      return gates.length > 0 ? ExitCode.invalid : ExitCode.pass;
    case 'interrupted':
      return ExitCode.interrupted;
  }
}

function isCausedByTarget(reason: string): boolean {
  const colon = reason.indexOf(':');
  return causedByTarget.has(colon < 0 ? reason : reason.slice(0, colon));
}
