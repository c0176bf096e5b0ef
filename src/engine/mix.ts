import {
  type Driver,
  type KeySpec,
  type Plan,
  type Prepared,
  uniform53,
  type Values,
} from '../core/index.js';
import { createKeyGenerator, createPopularityOrder, formatKey } from '../keys/index.js';
import { type CompiledOperation, compileOperation, type ValueSource } from '../request/index.js';

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
  readonly #seed: number;
  /** Running sums of the weights, scaled to end at 1. */
  readonly #thresholds: readonly number[];

  constructor(operations: readonly MixedOperation[], weights: readonly number[], seed: number) {
    this.operations = operations;
    this.#seed = seed;
    this.#thresholds = mixThresholds(weights);
  }

  select(hit: number): number {
    return this.operations.length === 1 ? 0 : selectOperation(this.#thresholds, this.#seed, hit);
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

/** The plan's operations, as one worker sends them. */
export function planMix(plan: Plan, driver: Driver, worker: number): OperationMix {
  const keys = keySources(plan, (spec, name) => createKeyGenerator(spec, plan.seed, name));
  const context = { seed: plan.seed, worker, keys, grpc: plan.grpc };
  return new OperationMix(
    plan.operations.map((operation) => new MixedOperation(compileOperation(operation, context), driver)),
    plan.operations.map(({ weight }) => weight),
    plan.seed,
  );
}

/** One operation for every key once, the most popular first. */
export function prefillMix(
  plan: Plan,
  prefill: { readonly operation: string; readonly keys: string },
  driver: Driver,
  worker: number,
): OperationMix {
  const keys = keySources(plan, (spec, name) =>
    name === prefill.keys
      ? createPopularityOrder(spec, plan.seed, name)
      : createKeyGenerator(spec, plan.seed, name),
  );
  const operations = plan.operations
    .filter(({ name }) => name === prefill.operation)
    .map((operation) => compileOperation(operation, { seed: plan.seed, worker, keys, grpc: plan.grpc }));
  return new OperationMix(
    operations.map((compiled) => new MixedOperation(compiled, driver)),
    [1],
    plan.seed,
  );
}

function keySources(
  plan: Plan,
  create: (spec: KeySpec, name: string) => { at(hit: number): number },
): Record<string, ValueSource> {
  return Object.fromEntries(
    Object.entries(plan.keys).map(([name, spec]) => {
      const generator = create(spec, name);
      const format = formatKey(spec.format);
      return [name, (hit: number) => format(generator.at(hit))];
    }),
  );
}
