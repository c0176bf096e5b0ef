import { formatCount, formatSpan, type Result } from '../core/index.js';
import { isJudged } from './verdict.js';

/** The verdict in a few words, for reports that are not a terminal. */
export interface VerdictWords {
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly headline: string;
}

/** In the order of what has to be known first; a run without gates has figures and no verdict. */
export function verdictWords(result: Result): VerdictWords {
  const { gates, verdict, validity, summary } = result;
  const failed = gates.filter((gate) => gate.verdict !== 'pass').length;
  const gateNoun = (count: number) => `${formatCount(count)} gate${count === 1 ? '' : 's'}`;
  if (verdict === 'fail')
    return { tone: 'bad', headline: `FAIL: ${formatCount(failed)} of ${gateNoun(gates.length)} failed` };
  const interrupted = verdict === 'interrupted' ? ` after ${formatSpan(summary.durationSec)}` : null;
  if (!validity.valid) {
    const also = interrupted === null ? '' : `, and was interrupted${interrupted}`;
    return { tone: 'warn', headline: `INVALID: the measurement does not hold${also}` };
  }
  if (interrupted !== null) return { tone: 'warn', headline: `INTERRUPTED${interrupted}: partial figures` };
  if (summary.sent > 0 && summary.ok === 0) return { tone: 'bad', headline: 'NOTHING SUCCEEDED' };
  if (gates.length === 0 || !isJudged(result)) return { tone: 'plain', headline: 'Measured, no gates' };
  return {
    tone: 'good',
    headline: gates.length === 1 ? 'PASS: the gate holds' : `PASS: all ${gateNoun(gates.length)} hold`,
  };
}
