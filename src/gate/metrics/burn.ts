import { parseDurationNs, parseShare, ZipfireError } from '../../core/index.js';
import type { Metric } from '../metric.js';
import { readSpanSec } from '../span.js';

/** What a service promises: a share of good requests, good being successful, or that within a time. */
interface Objective {
  /** Share of the requests that may be bad, in (0, 1): an objective of 100 % leaves no budget to burn. */
  readonly budget: number;
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
    const { budget, underUs } = objective;
    return {
      ratio: (scope) => {
        const { okWithin, ok, errors, dropped } = scope;
        const all = ok + errors + dropped;
        if (all === 0) return null;
        if (underUs === null) return (all - ok) / all / budget;
        return okWithin === undefined ? null : (all - okWithin(underUs)) / all / budget;
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
    if (!(share > 0 && share < 1) || windowSec === null) return null;
    // 1 − 0.999 is not 0.001 in binary, and a burn rate of 2 has to be 2.
    const budget = Number((1 - share).toPrecision(12));
    return budget > 0 ? { budget, underUs, windowSec } : null;
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}
