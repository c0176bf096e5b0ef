import { type Plan, type PlanSequence, type ThinkTime, uniform53 } from '../core/index.js';
import { mixThresholds, selectOperation } from './mix.js';

const PART_STREAM = 0x70617274;

/** A step with its operation found: of one with weighted headers, its parts. */
export interface Step {
  /** Indices of operations. */
  readonly parts: readonly number[];
  readonly thresholds: readonly number[];
  readonly think: ThinkTime | null;
}

/** A sequence with its steps, and where it stands behind the operations in lists of figures. */
export interface Journey extends Pick<PlanSequence, 'name' | 'continues'> {
  readonly row: number;
  readonly steps: readonly Step[];
}

/** What a hit begins: one operation, or a sequence of them. Follows from (seed, hit). */
export class Starts {
  readonly journeys: readonly Journey[];
  readonly #operations: number;
  readonly #thresholds: readonly number[];
  readonly #seed: number;

  constructor({ operations, sequences = [], seed }: Pick<Plan, 'operations' | 'sequences' | 'seed'>) {
    this.#operations = operations.length;
    this.#thresholds = mixThresholds([...operations, ...sequences].map(({ weight }) => weight));
    this.#seed = seed;
    this.journeys = sequences.map(({ name, continues, steps }, i) => ({
      name,
      continues,
      row: operations.length + i,
      steps: steps.map(({ operation, think }): Step => {
        const parts = [...operations.keys()].filter(
          (at) => operations[at]?.name === operation || operations[at]?.partOf === operation,
        );
        const shares = parts.map((at) => operations[at]?.share ?? 1);
        return { parts, thresholds: mixThresholds(shares), think };
      }),
    }));
  }

  /** What a hit begins: the index of an operation, or behind those of a sequence; see `journeyAt`. */
  select(hit: number): number {
    return this.#thresholds.length === 1 ? 0 : selectOperation(this.#thresholds, this.#seed, hit);
  }

  /** The sequence of an index of `select`; null: that is one operation. */
  journeyAt(index: number): Journey | null {
    return index < this.#operations ? null : (this.journeys[index - this.#operations] as Journey);
  }

  journey(hit: number): Journey | null {
    return this.journeyAt(this.select(hit));
  }

  /** Index of the operation that a hit begins with. */
  first(hit: number): number {
    const index = this.select(hit);
    const journey = this.journeyAt(index);
    return journey === null ? index : this.operationOf(journey.steps[0] as Step, hit);
  }

  /** Index of a step's operation. Parts of the same shares are the same in all steps of a hit: a canary stays one. */
  operationOf({ parts, thresholds }: Step, hit: number): number {
    const draw = parts.length === 1 ? 0 : uniform53(this.#seed, PART_STREAM, hit, 0);
    const at = thresholds.findIndex((threshold) => draw < threshold);
    return parts[at < 0 ? parts.length - 1 : at] as number;
  }
}
