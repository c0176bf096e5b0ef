import { z } from 'zod';
import { escapeText, suggestion } from '../core/index.js';
import type { Path, Problems } from './problems.js';
import { kindOf } from './schema-parts.js';

/**
 * Parses a part of a profile; every fault becomes a problem in words of ours.
 *
 * @param at where `value` stands
 * @returns undefined when there is a problem
 */
export function parsePart<T>(
  schema: z.ZodType<T>,
  value: unknown,
  at: Path,
  problems: Problems,
): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, value, at, schema, problems);
  return undefined;
}

function report(
  issue: z.core.$ZodIssue,
  root: unknown,
  at: Path,
  schema: z.ZodType,
  problems: Problems,
): void {
  const inner = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...at, ...inner];
  if (issue.code === 'unrecognized_keys') {
    const known = namesOf(schema, inner);
    for (const name of issue.keys)
      problems.add([...path, name], `unknown name; ${suggestion(name, known)}`, undefined, 'name');
    return;
  }
  // A value that could not be filled in from the environment has been complained about.
  if (problems.has(path)) return;
  if (issue.code === 'custom') {
    const { hint } = issue.params ?? {};
    problems.add(path, issue.message, typeof hint === 'string' ? hint : undefined);
  } else if (issue.code === 'invalid_type') {
    const read = inner.reduce<unknown>(below, root);
    const expected = { object: 'names and values', record: 'names and values', array: 'a list' }[
      issue.expected as string
    ];
    problems.add(
      path,
      read === undefined ? 'missing' : `expected ${expected ?? issue.expected}, read ${kindOf(read)}`,
    );
  } else {
    problems.add(path, escapeText(issue.message));
  }
}

function below(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
}

/** Names that an object inside `schema` may have. */
function namesOf(schema: unknown, path: Path): string[] {
  if (schema instanceof z.ZodOptional) return namesOf(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) {
    return namesOf(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path);
  }
  if (schema instanceof z.ZodRecord) return namesOf(schema.valueType, path.slice(1));
  if (!(schema instanceof z.ZodObject)) return [];
  const [part, ...rest] = path;
  return part === undefined ? Object.keys(schema.shape) : namesOf(Reflect.get(schema.shape, part), rest);
}
