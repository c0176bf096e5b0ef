import { type Driver, type Prepared, uniform53, type Values } from '../core/index.js';
import type { CompiledOperation, ValueSource } from '../request/index.js';
import type { Tracer } from './trace.js';

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

/** The operations again, with a traceparent, for the hits that are traced. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly operations: readonly MixedOperation[];
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
    tracing: Tracing | null = null,
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
    const operations = this.isTraced(hit) ? (this.#traced as readonly MixedOperation[]) : this.operations;
    return operations[index] as MixedOperation;
  }

  /** When a request is sent that was looked up at `nowNs`. */
  sentNs(nowNs: number): number {
    return nowNs;
  }

  /** When a request was meant to be sent that was due at `dueNs`; in a closed loop, as soon as it could be. */
  intendedNs(dueNs: number, _sentNs: number): number {
    return dueNs;
  }

  protected isTraced(hit: number): boolean {
    return this.#tracer?.isTraced(hit) === true;
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
