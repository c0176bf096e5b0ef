import type { Plan, PlanOperation, Replay, ReplayLog } from '../core/index.js';
import { HitsReader } from './hits-file.js';
import { hitsWithin, replayPacer } from './pacer.js';

/**
 * A plan whose log was read, ready for the workers: it says how many requests there are, at what rate on average,
 * and what share of them each method has.
 */
export function planOfLog(plan: Plan, replay: Replay, log: ReplayLog): Plan {
  const reader = new HitsReader(log.path, log.resolutionMs);
  try {
    const { durationMs, requests } = plan.phases.measure;
    const within =
      durationMs === null ? Number.POSITIVE_INFINITY : hitsWithin(durationMs, replay, log, reader);
    const most = Math.min(
      requests ?? Number.POSITIVE_INFINITY,
      replay.loop ? Number.POSITIVE_INFINITY : log.hits,
      within,
    );
    const total = Number.isFinite(most) ? most : null;
    const shares = replay.methods.map((_, i) =>
      log.shapes.reduce((sum, { operation, hits }) => sum + (operation === i ? hits : 0), 0),
    );
    const dueNs = total === null ? null : replayPacer(replay, log, reader, total).dueNs(total);
    const lengthSec =
      dueNs === null ? null : Math.min(dueNs / 1e9, (durationMs ?? Number.POSITIVE_INFINITY) / 1e3);
    // A gate may ask for a method that the log does not have: then it has no data, which is an answer.
    const kept = plan.operations.flatMap(({ name }, i) =>
      (shares[i] ?? 0) > 0 || plan.gates.some((gate) => gate.startsWith(`${name}.`)) ? [i] : [],
    );
    const shapes = log.shapes.map((shape) => ({ ...shape, operation: kept.indexOf(shape.operation) }));
    return {
      ...plan,
      replay: { ...replay, log: { ...log, shapes } },
      operations: kept.map((i) => ({ ...(plan.operations[i] as PlanOperation), weight: shares[i] ?? 0 })),
      load: { ...plan.load, rate: lengthSec === null || total === null ? null : total / lengthSec },
      phases: { ...plan.phases, measure: { durationMs, requests: total } },
    };
  } finally {
    reader.close();
  }
}
