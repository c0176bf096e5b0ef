import type { Driver, Plan, PlanOperation } from '../core/index.js';
import { createPopularityOrder } from '../keys/index.js';
import { type CompiledOperation, compileOperation } from '../request/index.js';
import { MixedOperation, OperationMix } from './mix.js';
import { contextOf, planKeys } from './plan-context.js';
import { ScriptedMix } from './script/mix.js';
import type { ScriptedSends } from './script/sends.js';
import { Starts } from './starts.js';
import { type Tracer, traced } from './trace.js';
import { UserMix } from './users/mix.js';
import type { Users } from './users/users.js';

/**
 * The plan's operations, as one worker sends them.
 * @param tracer null: no request is traced
 * @param sends of the script; null: there is none
 */
export function planMix(
  plan: Plan,
  driver: Driver,
  worker: number,
  tracer: Tracer | null,
  sends: ScriptedSends | null = null,
): OperationMix {
  const context = contextOf(plan, worker, planKeys(plan));
  const compiled = plan.operations.map((operation) => compileOperation(operation, context));
  const withTrace = tracer === null ? [] : compiled.map((each) => traced(each, tracer));
  const mixed = (all: readonly CompiledOperation[]) => all.map((each) => new MixedOperation(each, driver));
  const weights = plan.operations.map(({ weight }) => weight);
  const tracing = tracer === null ? null : { tracer, operations: mixed(withTrace) };
  if (sends === null) return new OperationMix(mixed(compiled), weights, plan.seed, tracing);
  const closedLoop = plan.load.rate === null;
  return new ScriptedMix(mixed(compiled), weights, plan.seed, tracing, {
    sends,
    closedLoop,
    driver,
    compiled,
    withTrace,
  });
}

/** The same for users, and their sequences. */
export function userMix(
  plan: Plan,
  driver: Driver,
  worker: number,
  users: Users,
  tracer: Tracer | null,
): UserMix {
  const context = contextOf(plan, worker, planKeys(plan), users.sources);
  const compiled = plan.operations.map((operation) => compileOperation(operation, context));
  return new UserMix(compiled, new Starts(plan), { driver, users, tracer });
}

/** One operation for every key once, the most popular first. */
export function prefillMix(
  plan: Plan,
  prefill: { readonly operation: string; readonly keys: string },
  driver: Driver,
  worker: number,
  users: Users | null = null,
): OperationMix {
  const asPlanned = planKeys(plan);
  const context = contextOf(plan, worker, (spec, name) =>
    name === prefill.keys ? createPopularityOrder(spec, plan.seed, name) : asPlanned(spec, name),
  );
  const operations = plan.operations.filter(
    ({ name, partOf }) => name === prefill.operation || partOf === prefill.operation,
  );
  const compiled = operations.map((operation) => compileOperation(operation, context));
  if (users !== null) {
    const starts = new Starts({ operations: operations.map(asWriter), seed: plan.seed });
    return new UserMix(compiled, starts, { driver, users, tracer: null });
  }
  return new OperationMix(
    compiled.map((each) => new MixedOperation(each, driver)),
    operations.map(asWriter).map(({ weight }) => weight),
    plan.seed,
  );
}

/** The operation of a prefill is sent whatever its weight; its parts go by their shares. */
function asWriter(operation: PlanOperation): PlanOperation {
  return { ...operation, weight: operation.share ?? operation.weight };
}
