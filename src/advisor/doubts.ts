import type { Finding } from '../core/index.js';
import type { Audit } from './audit.js';

/**
 * Ids of the failed self-checks that may have made a finding what it is. Each puts in doubt only what it can falsify:
 * on a machine that target and generator share, a GOMAXPROCS of 1 that is used up is used up all the same, whereas a
 * latency that is high may be high because the generator took the CPU.
 */
export function doubtsOn(audit: Audit, finding: Finding, unfit: readonly Finding[]): readonly string[] {
  if (!audit.underLoad) return [];
  return unfit.filter(({ doubts }) => isDoubted(audit, finding, doubts)).map(({ id }) => id);
}

function isDoubted(
  { contention, readsLatency = false }: Audit,
  { status }: Finding,
  doubts: Finding['doubts'],
): boolean {
  switch (doubts) {
    case undefined:
      return true;
    case 'latency':
      return readsLatency;
    case 'contention':
      if (contention === 'neither') return false;
      if (contention === undefined) return true;
      return status === (contention === 'worsens' ? 'fail' : 'pass');
  }
}
