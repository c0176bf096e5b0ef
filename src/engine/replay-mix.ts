import {
  type Driver,
  type Plan,
  positionOf,
  type Replay,
  type ReplayLog,
  type ReplayShape,
  type Text,
} from '../core/index.js';
import { type HitsReader, placeOf, replayPacer } from '../replay/index.js';
import { type CompiledOperation, compileOperation } from '../request/index.js';
import { MixedOperation, OperationMix } from './mix.js';
import { contextOf, planKeys } from './plan-context.js';
import { type Tracer, traced } from './trace.js';

/** A log's requests, as one worker sends them. Which one a hit is follows from its number alone. */
export class ReplayMix extends OperationMix {
  readonly #replay: Replay;
  readonly #log: ReplayLog;
  readonly #reader: HitsReader;
  /** By shape; with a traceparent too, where requests are traced. */
  readonly #plain: readonly MixedOperation[];
  readonly #withTrace: readonly MixedOperation[];

  constructor(
    plan: Plan,
    replay: Replay,
    log: ReplayLog,
    reader: HitsReader,
    driver: Driver,
    worker: number,
    tracer: Tracer | null,
  ) {
    const context = contextOf(plan, worker, planKeys(plan));
    const methods = plan.operations.map((operation) => compileOperation(operation, context));
    const weights = plan.operations.map(({ weight }) => weight);
    super(
      methods.map((method) => new MixedOperation(method, driver)),
      weights,
      plan.seed,
      tracer === null ? null : { tracer, operations: [] },
    );
    const shapes = log.shapes.map((shape) =>
      shaped(methods[shape.operation] as CompiledOperation, shape, reader),
    );
    const mixed = (each: CompiledOperation) => new MixedOperation(each, driver);
    this.#replay = replay;
    this.#log = log;
    this.#reader = reader;
    this.#plain = shapes.map(mixed);
    this.#withTrace = tracer === null ? [] : shapes.map((each) => mixed(traced(each, tracer)));
  }

  /** Hits there are in all; infinite where the log begins again. */
  get hits(): number {
    return this.#replay.loop ? Number.POSITIVE_INFINITY : this.#log.hits;
  }

  pacer(total: number | null) {
    return replayPacer(this.#replay, this.#log, this.#reader, total);
  }

  override select(hit: number): number {
    this.#seek(hit);
    return this.#log.shapes[this.#reader.shape]?.operation ?? 0;
  }

  override operationFor(_index: number, hit: number): MixedOperation {
    this.#seek(hit);
    const shapes = this.isTraced(hit) ? this.#withTrace : this.#plain;
    return shapes[this.#reader.shape] as MixedOperation;
  }

  #seek(hit: number): void {
    this.#reader.seek(placeOf(positionOf(hit), this.#log).hit);
  }
}

/** The operation of a method with the holes that a shape of the log fills. */
function shaped(
  { operation, sources }: CompiledOperation,
  shape: ReplayShape,
  reader: HitsReader,
): CompiledOperation {
  let value = 0;
  const read: (() => string)[] = [];
  const hole = (): Text => {
    const at = value++;
    read.push(() => reader.values[at] as string);
    return [sources.length + at];
  };
  const target = hole();
  const logged = shape.headers.map((name) => ({ name, value: hole() }));
  const names = new Set(operation.headers.map(({ name }) => name.toLowerCase()));
  return {
    operation: {
      ...operation,
      target: [...baseOf(operation.target), ...target],
      // What the run sets stands in place of what was logged.
      headers: [...operation.headers, ...logged.filter(({ name }) => !names.has(name.toLowerCase()))],
      body: shape.hasBody ? hole() : null,
    },
    sources: [...sources, ...read],
  };
}

/** The path of the target, which goes before those of the log: all but a slash at its end. */
function baseOf(target: Text): Text {
  const last = target.at(-1);
  if (typeof last !== 'string') return target;
  const cut = last.replace(/\/$/, '');
  return cut === '' ? target.slice(0, -1) : [...target.slice(0, -1), cut];
}

/** The mix of a plan's log; null where it has none. @throws Error when the log was not read */
export function replayMix(
  plan: Plan,
  reader: HitsReader | null,
  driver: Driver,
  worker: number,
  tracer: Tracer | null,
): ReplayMix | null {
  const { replay } = plan;
  if (replay === undefined) return null;
  if (reader === null || replay.log === null) throw new Error('the log of the replay was not read');
  return new ReplayMix(plan, replay, replay.log, reader, driver, worker, tracer);
}
