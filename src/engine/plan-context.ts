import type { KeySpec, Plan } from '../core/index.js';
import { createKeyGenerator, formatKey } from '../keys/index.js';
import { type CompileContext, createDataSources, type ValueSource } from '../request/index.js';

/** Makes what draws the numbers of a plan's keys. */
type CreateKeys = (spec: KeySpec, name: string) => { at(hit: number): number };

/** The keys as the plan says they are drawn. */
export function planKeys({ seed }: Plan): CreateKeys {
  return (spec, name) => createKeyGenerator(spec, seed, name);
}

/** What holes are filled from: keys as numbers and as they are written, rows, variables, captured values. */
export function contextOf(
  plan: Plan,
  worker: number,
  create: CreateKeys,
  captured?: Readonly<Record<string, ValueSource>>,
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
    captured,
    ...(data === undefined ? {} : { data: createDataSources(data, seed, numbers) }),
  };
}
