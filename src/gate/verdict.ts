import { ExitCode, type GateResult, isCausedByTarget, type Result, type Validity } from '../core/index.js';

/** What decides a verdict. */
export interface Judged {
  readonly interrupted: boolean;
  readonly validity: Validity;
  readonly gates: readonly GateResult[];
}

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

/**
 * The same result for a document: no gate of a measurement that does not hold, or that was ended by hand, passes. What
 * the condition came to stays beside it.
 */
export function withholdPasses<R extends Pick<Result, 'verdict' | 'gates'>>(result: R): R {
  const why = withheld[result.verdict];
  if (why === null) return result;
  const gates = result.gates.map(
    (gate): GateResult => (gate.verdict === 'pass' ? { ...gate, verdict: 'no-data', why } : gate),
  );
  return { ...result, gates };
}

const withheld: Readonly<Record<Result['verdict'], string | null>> = {
  pass: null,
  fail: null,
  invalid: 'not judged: the measurement does not hold',
  interrupted: 'not judged: the run was ended by hand',
};

/** The exit code of a run that wrote a result. Without gates nothing was asked of it, and an invalid one is still 0. */
export function exitCodeOf({ verdict, gates }: Pick<Result, 'verdict' | 'gates'>): ExitCode {
  switch (verdict) {
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
