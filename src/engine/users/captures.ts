import type { CaptureSpec, Plan, PlanOperation } from '../../core/index.js';
import { Capturer, captureHole, templateHoles } from '../../request/index.js';

/** How often each capture of one operation gave a value, none, or one that may not be used; in its order. */
export interface CaptureCounts {
  readonly captured: number[];
  readonly missed: number[];
  readonly refused: number[];
}

/** What the operations of a plan capture, and what they need of it. */
export class PlanCaptures {
  /** Names, each once; a user has a value for each. */
  readonly names: readonly string[];
  readonly fallbacks: readonly (string | null)[];
  /** By operation; null: it captures nothing. */
  readonly capturers: readonly (Capturer | null)[];
  /** By operation: which names it is not sent without. */
  readonly needs: readonly (readonly number[])[];
  /** By operation and capture: which name. */
  readonly indices: readonly (readonly number[])[];

  constructor({ operations }: Pick<Plan, 'operations'>) {
    const specs = operations.flatMap(({ captures = [] }) => captures);
    const names = [...new Set(specs.map(({ name }) => name))];
    const fallbackOf = (name: string) =>
      specs.find((spec: CaptureSpec) => spec.name === name && spec.fallback !== null)?.fallback ?? null;
    const isName = (name: string) => names.includes(name);
    const inHeaders = new Set(
      operations.flatMap(({ headers }) => headers.flatMap(([, value]) => namesIn(value, isName))),
    );
    this.names = names;
    this.fallbacks = names.map(fallbackOf);
    this.indices = operations.map(({ captures = [] }) => captures.map(({ name }) => names.indexOf(name)));
    this.capturers = operations.map(({ captures }) =>
      captures === undefined ? null : new Capturer(captures, (name) => inHeaders.has(name)),
    );
    this.needs = operations.map((operation) =>
      [...new Set(textsOf(operation).flatMap((text) => namesIn(text, isName)))]
        .map((name) => names.indexOf(name))
        .filter((index) => this.fallbacks[index] === null),
    );
  }

  newCounts(): CaptureCounts[] {
    return this.indices.map((of) => ({
      captured: of.map(() => 0),
      missed: of.map(() => 0),
      refused: of.map(() => 0),
    }));
  }
}

function textsOf({ method, path, headers, body }: PlanOperation): string[] {
  const texts = [method, path, ...headers.map(([, value]) => value)];
  return body?.kind === 'text' ? [...texts, body.template] : texts;
}

function namesIn(text: string, isName: (name: string) => boolean): string[] {
  return templateHoles(text).flatMap((hole) => captureHole(hole, isName)?.name ?? []);
}
