import { escapeText, type Plan, type Result, ZipfireError } from '../../core/index.js';

/**
 * Asks a service that accepts connections for one request of the load, by its own protocol: many accept before they
 * can answer, and say so by 503, UNAVAILABLE, or the end of the connection.
 *
 * @returns null: it answers, whatever that is; else what it said
 */
export async function firstAnswer(plan: Plan, run: (plan: Plan) => Promise<Result>): Promise<string | null> {
  const once: Plan = {
    ...plan,
    load: { ...plan.load, connections: 1, workers: 1, rate: null, concurrency: null },
    phases: {
      ...plan.phases,
      prefill: null,
      warmupMs: 0,
      measure: { durationMs: null, requests: 1 },
      repeat: 1,
    },
    gates: [],
  };
  try {
    return notYet(await run(once));
  } catch (error) {
    if (error instanceof ZipfireError && error.code === 'unreachable') return escapeText(error.message);
    throw error;
  }
}

function notYet({ statuses, grpcStatuses, errorKinds }: Result): string | null {
  if (statuses['503'] !== undefined) return 'it answered 503; --ready URL asks another page';
  if (grpcStatuses['UNAVAILABLE'] !== undefined) return 'it answered UNAVAILABLE; --ready URL asks a page';
  const broken = errorKinds.connect + errorKinds.read + errorKinds.write;
  return broken > 0 ? 'it accepts connections, and ends them without an answer' : null;
}
