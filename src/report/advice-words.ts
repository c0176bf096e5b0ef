import { type Advice, type Finding, formatFactor, type Gain } from '../core/index.js';
import { groupsOf, isOpen } from './advice-groups.js';

/** The verdict of an advice, for every format that is for people. */
export interface AdviceWords {
  readonly tone: 'good' | 'bad' | 'warn' | 'quiet';
  readonly badge: string;
  readonly text: string;
}

export function adviceWords({ verdict, findings }: Advice): AdviceWords {
  switch (verdict) {
    case 'mend': {
      const wrong = groupsOf(findings);
      const places = findings.filter(isOpen).length;
      const high = wrong.filter(({ first }) => first.severity === 'high').length;
      const where = places > wrong.length ? ` at ${places} places` : '';
      const count = `${wrong.length} ${wrong.length === 1 ? 'thing' : 'things'} to mend${where}`;
      if (wrong.length === 1 && high === 1)
        return { tone: 'bad', badge: '✗ MEND', text: `${count}, of high severity` };
      const text = high === 0 ? count : `${count}, ${high} of high severity; in this order`;
      return { tone: 'bad', badge: '✗ MEND', text };
    }
    case 'fine': {
      const count = findings.filter(({ status }) => status === 'pass').length;
      const text = `${count} ${count === 1 ? 'rule holds' : 'rules hold'}`;
      return { tone: 'good', badge: '✓ NOTHING TO MEND', text };
    }
    case 'inconclusive':
      return { tone: 'warn', badge: '! INCONCLUSIVE', text: 'mend the generator first, and look again' };
    case 'nothing-judged':
      return { tone: 'quiet', badge: '~ NOTHING JUDGED', text: 'no rule had what it needs' };
  }
}

/** What self-checks that failed do to the rest. */
export function unfitWords(unfit: readonly Finding[]): string {
  const what = unfit.every(({ doubts }) => doubts !== undefined)
    ? 'what that bends is not judged, the rest stands'
    : 'what rests on the load is not judged';
  return `the generator was not fit to judge by (${unfit.map(({ id }) => id).join(', ')}): ${what}`;
}

/** `qps × 1.41 (1.30 to 1.52; 8 runs each, p 0.002)` */
export function gainText({ metric, ratio, low, high, n, p }: Gain): string {
  const interval =
    low === null || high === null ? 'expected' : `${formatFactor(low)} to ${formatFactor(high)}`;
  const proof = [
    n === null ? '' : `${n} runs each`,
    p === null ? '' : `p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`,
  ];
  return `${metric} × ${formatFactor(ratio)} (${[interval, proof.filter((text) => text !== '').join(', ')].filter((text) => text !== '').join('; ')})`;
}
