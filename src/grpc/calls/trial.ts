import type { CallHole, CompiledMessage, Plan, Values } from '../../core/index.js';
import { createVariable } from '../../request/index.js';
import { type DynamicBuilder, prepareMessage } from '../render/index.js';

/** Renderings of one call in all; a call with more messages has each rendered once. */
const MAX_RENDERINGS = 256;

/**
 * Renders messages for some hits, with the lowest and the highest key of each generator, so that a value which
 * does not fit is found before anything is sent.
 *
 * @param names what templates may say about the method
 * @throws ZipfireError `usage` that names the field
 */
export function tryMessages(
  messages: readonly CompiledMessage[],
  holes: readonly CallHole[],
  names: Readonly<Record<string, string>>,
  plan: Pick<Plan, 'keys' | 'seed'>,
  build: DynamicBuilder,
): void {
  const hits = holes.length === 0 ? 1 : Math.max(2, Math.floor(MAX_RENDERINGS / (messages.length || 1)));
  const values: Values[] = [];
  for (let hit = 0; hit < hits; hit++) values.push(trialValues(holes, names, plan, hit));
  for (const { program } of messages) {
    const prepared = prepareMessage(program, build);
    for (const each of prepared.fixed === null ? values : []) prepared.render(each);
  }
}

/** What holes may stand for in a hit: the lowest key in hit 0, the highest in all others. */
export function trialValues(
  holes: readonly CallHole[],
  names: Readonly<Record<string, string>>,
  { keys, seed }: Pick<Plan, 'keys' | 'seed'>,
  hit: number,
): string[] {
  return holes.map((hole) => {
    const key = Object.hasOwn(keys, hole.name) ? keys[hole.name] : undefined;
    if (key !== undefined) return byteString(key.format.replace('{}', String(hit === 0 ? 0 : key.n - 1)));
    const source = createVariable(hole, { seed, worker: 0 });
    return source === null ? (names[hole.name] ?? '') : source(hit);
  });
}

function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
