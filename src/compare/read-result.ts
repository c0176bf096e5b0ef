import { escapeText, type LatencySummary, usageError, type Validity } from '../core/index.js';
import type { RunFigures } from './metrics.js';

/** What a comparison needs of a result: its runs, whether they hold, and what was measured. */
export interface Recorded {
  /** What it is called in reports: its file. */
  readonly name: string;
  readonly startedAt: string;
  readonly validity: Validity;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly tool: Readonly<Record<string, unknown>>;
  readonly protocol: string | null;
  readonly runs: readonly RecordedRun[];
  /** Response times of all runs, as an encoded histogram; null: none. */
  readonly histogram: string | null;
}

export interface RecordedRun extends RunFigures {
  /** Figures of its operations by name; empty where there is but one, or the result does not say. */
  readonly operations: ReadonlyMap<string, RunFigures>;
}

const SCHEMA = 'zipfire.result/1';
/** As many as a run may repeat; a comparison looks at all pairs of a run of each side. */
const MOST_RUNS = 1000;
const MOST_OPERATIONS = 1000;
const MOST_REASONS = 100;
const MOST_GATES = 1000;

/**
 * Reads a `zipfire.result/1` document that anyone may have written. What a comparison uses is checked; the rest is
 * passed over.
 *
 * @param name of the file, for messages and reports
 * @throws ZipfireError `usage` with the place in the document
 */
export function readResult(text: string, name: string): Recorded {
  const root = new Place(parse(text, name), `${escapeText(name)}: `);
  const schema = root.at('schema').value;
  if (schema !== SCHEMA) throw root.at('schema').refuse(`"${SCHEMA}"`, 'a result that run --out wrote');
  const connections = root.at('connections');
  const histogram = root.at('histograms').optional()?.at('response').text();
  return {
    name,
    startedAt: root.at('startedAt').text(),
    validity: readValidity(root),
    plan: root.at('plan').record(),
    tool: root.at('tool').record(),
    protocol: connections.optional()?.at('protocol').optional()?.text() ?? null,
    runs: readRuns(root),
    histogram: histogram === undefined || histogram === '' ? null : histogram,
  };
}

/** A run that was ended early measured less than was asked for, and says nothing of the rest. */
function readValidity(root: Place): Validity {
  const validity = root.at('validity');
  const reasons = validity
    .at('reasons')
    .list(MOST_REASONS)
    .map((reason) => reason.text());
  const interrupted = root.at('verdict').value === 'interrupted';
  const gates = root.at('gates').optional()?.list(MOST_GATES) ?? [];
  const aborted = gates.some((gate) => gate.at('abortedAtSec').optional() !== undefined);
  const all = [
    ...reasons,
    ...(interrupted ? ['interrupted: the run was ended by hand'] : []),
    ...(aborted ? ['aborted: a gate ended the run'] : []),
  ];
  return { valid: validity.at('valid').boolean() && !interrupted && !aborted, reasons: all };
}

function readRuns(root: Place): RecordedRun[] {
  const runs = root
    .at('runs')
    .list(MOST_RUNS)
    .map((run): RecordedRun => {
      const operations = run.at('operations').optional()?.list(MOST_OPERATIONS) ?? [];
      return {
        ...readFigures(run),
        operations: new Map(
          operations.map((operation) => [operation.at('name').text(), readFigures(operation)]),
        ),
      };
    });
  if (runs.length === 0) throw root.at('runs').refuse('one run at least');
  return runs;
}

function readFigures(run: Place): RunFigures {
  return {
    qps: run.at('qps').number(),
    errorRate: run.at('errorRate').number(),
    latencyUs: { response: readLatency(run.at('latencyUs').at('response')) },
  };
}

function readLatency(place: Place): LatencySummary {
  const us = (name: string) => place.at(name).optional()?.number() ?? null;
  return {
    count: place.at('count').number(),
    min: us('min'),
    mean: us('mean'),
    stdev: us('stdev'),
    p50: us('p50'),
    p75: us('p75'),
    p90: us('p90'),
    p95: us('p95'),
    p99: us('p99'),
    p99_9: us('p99_9'),
    p99_99: us('p99_99'),
    max: us('max'),
  };
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${escapeText(name)}: not JSON`, 'expected a result that run --out wrote');
  }
}

/** A value of the document, and where it is. */
class Place {
  readonly value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.#path = path;
  }

  at(name: string): Place {
    const owner: unknown = this.value;
    const has = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name);
    const dot = /[:\s]$/.test(this.#path) ? '' : '.';
    return new Place(has ? Reflect.get(owner, name) : undefined, `${this.#path}${dot}${name}`);
  }

  /** Undefined where there is nothing, or null. */
  optional(): Place | undefined {
    return this.value === undefined || this.value === null ? undefined : this;
  }

  /** Finite, ≥ 0: no figure that is compared is negative. */
  number(): number {
    if (typeof this.value === 'number' && Number.isFinite(this.value) && this.value >= 0) return this.value;
    throw this.refuse('a number ≥ 0');
  }

  text(): string {
    if (typeof this.value === 'string') return this.value;
    throw this.refuse('a text');
  }

  boolean(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    throw this.refuse('true or false');
  }

  record(): Record<string, unknown> {
    const { value } = this;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw this.refuse('names and values');
  }

  list(most: number): Place[] {
    const { value } = this;
    if (!Array.isArray(value)) throw this.refuse('a list');
    if (value.length > most) throw usageError(`${this.#path}: more than ${most} are not read`);
    return value.map((item: unknown, i) => new Place(item, `${this.#path}[${i}]`));
  }

  refuse(expected: string, hint?: string): Error {
    const { value } = this;
    const read = value === undefined ? 'nothing' : escapeText(JSON.stringify(value), { maxLength: 60 });
    return usageError(`${this.#path}: expected ${expected}, read ${read}`, hint);
  }
}
