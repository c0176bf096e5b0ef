import { parseDurationNs, parseShare, ZipfireError } from '../../core/index.js';
import type { Metric } from '../metric.js';
import { readSpanSec } from '../span.js';

/** What a service promises: a share of good requests, good being successful, or that within a time. */
interface Objective {
  /** In (0, 1): of 100 % there is no budget to burn. */
  readonly share: number;
  readonly underUs: number | null;
  readonly windowSec: number;
}

/**
 * How fast the error budget of an objective is spent: the share of bad requests over the share that the objective
 * allows, of the worst window. At 1 the budget lasts for just the time that the objective is for. Requests that were
 * dropped are bad ones: nobody answered them.
 *
 * Source: B. Beyer et al., "The Site Reliability Workbook", O'Reilly 2018, chapter 5, "Alerting on SLOs".
 */
export const burn: Metric = {
  names: ['burn'],
  perOperation: true,
  argument: '99.9%, 1h or 99.9% under 380ms, 1h',
  windowSec: (qualifier) => readObjective(qualifier)?.windowSec ?? null,
  readings(_, qualifier) {
    const objective = readObjective(qualifier);
    if (objective === null) return null;
    const { share, underUs } = objective;
    return {
      ratio: (scope) => {
        const { okWithin, ok, errors, dropped } = scope;
        const all = ok + errors + dropped;
        if (all === 0) return null;
        if (underUs === null) return (all - ok) / all / (1 - share);
        return okWithin === undefined ? null : (all - okWithin(underUs)) / all / (1 - share);
      },
    };
  },
};

function readObjective(text: string): Objective | null {
  const [, percent, under, window = ''] =
    /^([^,\s]+%)(?:\s+under\s+([^,]+))?\s*,\s*([^,]+)$/.exec(text) ?? [];
  if (percent === undefined) return null;
  try {
    const share = parseShare(percent);
    const underUs = under === undefined ? null : parseDurationNs(under) / 1e3;
    const windowSec = readSpanSec(window);
    return share > 0 && share < 1 && windowSec !== null ? { share, underUs, windowSec } : null;
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}
