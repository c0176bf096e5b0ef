import {
  escapeText,
  type LevelStage,
  parseCount,
  parseDurationMs,
  parseRate,
  type RateStage,
  usageError,
} from '../../core/index.js';
import { type Fault, type Field, type Form, isTime, levelForms, rateForms } from './forms.js';

/** What stages are of. */
export interface StageKind<S extends RateStage> {
  /** What a profile calls a level. */
  readonly noun: string;
  readonly forms: readonly Form<S>[];
  /** @throws ZipfireError `usage` */
  readonly readLevel: (text: string) => number;
  /** What the JSON Schema says of a level. */
  readonly levelExamples: readonly (number | string)[];
}

/** A profile is read, not generated: more are a mistake. */
export const MAX_STAGES = 1000;
/** As for `rate`: an interval of 10 ns; and one of 11 days, under which rounding would tell. */
const MAX_RATE = 1e8;
const MIN_RATE = 1e-6;
const MAX_LEVEL = 1_000_000;
/** Longest time that a timer of Node can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const rateStages: StageKind<RateStage> = {
  noun: 'rate',
  forms: rateForms,
  readLevel: readRate,
  levelExamples: ['20k/s', 100],
};
export const connectionStages = countStages('connections');
export const concurrencyStages = countStages('concurrency');

function countStages(noun: string): StageKind<LevelStage> {
  return { noun, forms: levelForms, readLevel: readCount, levelExamples: [64] };
}

/** What a field is called where the stages are of this kind. */
export function fieldName(field: Field, { noun }: Pick<StageKind<RateStage>, 'noun'>): string {
  return field === 'level' ? noun : field;
}

/**
 * The stage that texts of fields make. What is wrong goes to `complain`, all of it; undefined then.
 *
 * @param texts of every field that the form has
 */
export function readStage<S extends RateStage>(
  form: Form<S>,
  kind: StageKind<S>,
  texts: (field: Field) => string,
  attempt: (field: Field, read: () => number) => number | undefined,
  complain: (fault: Fault) => void,
): S | undefined {
  const read = form.fields.map((field) => {
    const value = attempt(field, () =>
      isTime(field) ? readTime(texts(field), field) : kind.readLevel(texts(field)),
    );
    return [field, value] as const;
  });
  if (read.some(([, value]) => value === undefined)) return undefined;
  const values = Object.fromEntries(read) as Record<Field, number>; // of the fields that its form reads
  const fault = form.check(values);
  if (fault === null) return form.build(values);
  complain(fault);
  return undefined;
}

/** A rate of nothing is a pause. */
function readRate(text: string): number {
  const perSecond = parseRate(text);
  if (perSecond > MAX_RATE) throw usageError(`expected at most 100M/s, read ${shown(text)}`);
  if (perSecond > 0 && perSecond < MIN_RATE) {
    throw usageError(`expected 0, or more than one in 11 days, read ${shown(text)}`);
  }
  return perSecond;
}

function readCount(text: string): number {
  const level = parseCount(text);
  if (level >= 1 && level <= MAX_LEVEL) return level;
  throw usageError(`expected 1 to ${MAX_LEVEL}, read ${shown(text)}`);
}

function readTime(text: string, field: Field): number {
  const ms = parseDurationMs(text);
  if (ms < 1 && !(ms === 0 && field === 'at')) throw usageError(`expected at least 1ms, read ${shown(text)}`);
  if (ms > MAX_TIMER_MS) throw usageError(`expected at most 596h (24 days), read ${shown(text)}`);
  return ms;
}

export function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
