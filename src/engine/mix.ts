import {
  type Driver,
  type KeySpec,
  type Plan,
  type Prepared,
  uniform53,
  type Values,
} from '../core/index.js';
import { createKeyGenerator, createPopularityOrder, formatKey } from '../keys/index.js';
import {
  type CompileContext,
  type CompiledOperation,
  compileOperation,
  createDataSources,
  type ValueSource,
} from '../request/index.js';
import { type Tracer, traced } from './trace.js';

const MIX_STREAM = 0x6d69784f;

/** One operation, ready to be sent for any hit. */
export class MixedOperation {
  readonly prepared: Prepared;
  readonly values: string[];
  readonly #sources: readonly ValueSource[];

  constructor(compiled: CompiledOperation, driver: Driver) {
    this.prepared = driver.prepare(compiled.operation);
    this.#sources = compiled.sources;
    this.values = compiled.sources.map(() => '');
  }

  /** The values of a hit. The array is reused: the next call overwrites it. */
  fill(hit: number): Values {
    const { values } = this;
    const sources = this.#sources;
    for (let i = 0; i < sources.length; i++) values[i] = (sources[i] as ValueSource)(hit);
    return values;
  }
}

/** Which operation a hit is. Follows from (seed, hit), so any number of workers sends the same mix. */
export class OperationMix {
  readonly operations: readonly MixedOperation[];
  /** The same with a traceparent, for the hits that are traced; null: none is. */
  readonly #traced: readonly MixedOperation[] | null;
  readonly #tracer: Tracer | null;
  readonly #seed: number;
  /** Running sums of the weights, scaled to end at 1. */
  readonly #thresholds: readonly number[];

  constructor(
    operations: readonly MixedOperation[],
    weights: readonly number[],
    seed: number,
    tracing: { readonly tracer: Tracer; readonly operations: readonly MixedOperation[] } | null = null,
  ) {
    this.operations = operations;
    this.#traced = tracing?.operations ?? null;
    this.#tracer = tracing?.tracer ?? null;
    this.#seed = seed;
    this.#thresholds = mixThresholds(weights);
  }

  select(hit: number): number {
    return this.operations.length === 1 ? 0 : selectOperation(this.#thresholds, this.#seed, hit);
  }

  /** What is sent for a hit. @param index of its operation */
  operationFor(index: number, hit: number): MixedOperation {
    const tracer = this.#tracer;
    const operations = tracer?.isTraced(hit) ? (this.#traced as readonly MixedOperation[]) : this.operations;
    return operations[index] as MixedOperation;
  }
}

export function mixThresholds(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
}

/** Index of the operation of a hit. */
export function selectOperation(thresholds: readonly number[], seed: number, hit: number): number {
  const draw = uniform53(seed, MIX_STREAM, hit, 0);
  const last = thresholds.length - 1;
  for (let i = 0; i < last; i++) if (draw < (thresholds[i] as number)) return i;
  return lastWithWeight(thresholds);
}

/** Rounding may leave a draw above every threshold; it must not fall to an operation of weight 0. */
function lastWithWeight(thresholds: readonly number[]): number {
  let i = thresholds.length - 1;
  while (i > 0 && thresholds[i] === thresholds[i - 1]) i--;
  return i;
}

/** The plan's operations, as one worker sends them. @param tracer null: no request is traced */
export function planMix(plan: Plan, driver: Driver, worker: number, tracer: Tracer | null): OperationMix {
  const context = contextOf(plan, worker, (spec, name) => createKeyGenerator(spec, plan.seed, name));
  const compiled = plan.operations.map((operation) => compileOperation(operation, context));
  const mixed = (all: readonly CompiledOperation[]) => all.map((each) => new MixedOperation(each, driver));
  const tracing =
    tracer === null ? null : { tracer, operations: mixed(compiled.map((each) => traced(each, tracer))) };
  const weights = plan.operations.map(({ weight }) => weight);
  return new OperationMix(mixed(compiled), weights, plan.seed, tracing);
}

/** One operation for every key once, the most popular first. */
export function prefillMix(
  plan: Plan,
  prefill: { readonly operation: string; readonly keys: string },
  driver: Driver,
  worker: number,
): OperationMix {
  const context = contextOf(plan, worker, (spec, name) =>
    name === prefill.keys
      ? createPopularityOrder(spec, plan.seed, name)
      : createKeyGenerator(spec, plan.seed, name),
  );
  const operations = plan.operations.filter(
    ({ name, partOf }) => name === prefill.operation || partOf === prefill.operation,
  );
  return new OperationMix(
    operations.map((operation) => new MixedOperation(compileOperation(operation, context), driver)),
    operations.map(({ weight }) => weight),
    plan.seed,
  );
}

/** What holes are filled from: keys as numbers and as they are written, rows, variables. */
function contextOf(
  plan: Plan,
  worker: number,
  create: (spec: KeySpec, name: string) => { at(hit: number): number },
): CompileContext {
  const { seed, grpc, data } = plan;
  const numbers: Record<string, (hit: number) => number> = {};
  const keys: Record<string, ValueSource> = {};
  for (const [name, spec] of Object.entries(plan.keys)) {
    const generator = create(spec, name);
    const format = formatKey(spec.format);
    numbers[name] = (hit) => generator.at(hit);
    keys[name] = (hit) => format(generator.at(hit));
  }
  return {
    seed,
    worker,
    keys,
    numbers,
    grpc,
    ...(data === undefined ? {} : { data: createDataSources(data, seed, numbers) }),
  };
}
