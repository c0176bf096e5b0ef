import type { z } from 'zod';
import {
  type CaptureSpec,
  escapeText,
  type PlanSequence,
  type PlanStep,
  suggestion,
  type ThinkTime,
  usageError,
} from '../../core/index.js';
import { isToken } from '../headers.js';
import type { Path, Problems } from '../problems.js';
import type { captureSchema, RawStep, sequenceSchema } from './schema.js';

const MAX_STEPS = 100;

/** A capture as a profile has it. @throws ZipfireError `usage` */
export function readCapture(name: string, raw: z.output<typeof captureSchema>): CaptureSpec {
  const { header, json, regex, default: fallback } = raw;
  if (header !== undefined && json !== undefined) throw usageError('expected one of header and json');
  if (header === undefined && json === undefined && regex === undefined)
    throw usageError('expected header, json or regex', 'such as { header: etag }, { json: /data/0/id }');
  if (header !== undefined && !isToken(header))
    throw usageError(`expected a header name (letters, digits and -), read "${escapeText(header)}"`);
  return {
    name,
    from:
      header !== undefined
        ? { kind: 'header', name: header.toLowerCase() }
        : json !== undefined
          ? { kind: 'json', pointer: json }
          : { kind: 'body' },
    pattern: regex ?? null,
    fallback: fallback ?? null,
  };
}

/** A sequence as a profile has it; undefined, and a problem, when its steps are none. */
export function readSequence(
  name: string,
  raw: z.output<typeof sequenceSchema>,
  operationNames: readonly string[],
  problems: Problems,
): PlanSequence | undefined {
  const at: Path = ['sequences', name];
  if (operationNames.includes(name)) {
    const hint = 'gates and reports name both: choose another name';
    problems.add(at, 'there is an operation of this name', hint, 'name');
  }
  const steps = readSteps(raw.steps, raw.think ?? null, operationNames, [...at, 'steps'], problems);
  if (steps === undefined) return undefined;
  return { name, weight: raw.weight ?? 1, steps, continues: raw.continue ?? false };
}

/** @param usual what is thought between two operations with nothing between them */
function readSteps(
  raw: readonly RawStep[],
  usual: ThinkTime | null,
  operationNames: readonly string[],
  at: Path,
  problems: Problems,
): PlanStep[] | undefined {
  const steps: PlanStep[] = [];
  if (raw.length > 2 * MAX_STEPS) {
    problems.add(at, `more than ${MAX_STEPS} steps`);
    return undefined;
  }
  for (const [i, item] of raw.entries()) {
    const next = raw[i + 1];
    if (typeof item === 'string') {
      if (!operationNames.includes(item))
        problems.add([...at, i], 'no operation of this name', suggestion(item, operationNames));
      const think = typeof next === 'object' ? next.think : next === undefined ? null : usual;
      steps.push({ operation: item, think });
    } else if (typeof raw[i - 1] !== 'string') {
      problems.add([...at, i], 'expected an operation before a time to think', 'write the operation first');
    }
  }
  if (steps.length > 0) return steps;
  problems.add(at, 'expected one operation at least');
  return undefined;
}
