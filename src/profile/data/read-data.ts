import { parsePart } from '../issues.js';
import type { Path, Problems } from '../problems.js';
import { dataSchema } from '../schema-data.js';
import type { DraftFeeder } from './draft-feeder.js';

/**
 * A feeder of a profile; undefined, and a problem, when it has no file.
 * @param fileOf where a file of the profile is
 */
export function readFeeder(
  raw: unknown,
  at: Path,
  fileOf: (path: string) => string,
  problems: Problems,
): DraftFeeder | undefined {
  const parsed = parsePart(dataSchema, raw, at, problems);
  if (parsed === undefined) return undefined;
  const { csv, jsonl, order = { kind: 'sequential' }, once = false } = parsed;
  const file = csv ?? jsonl;
  if (file === undefined || (csv !== undefined && jsonl !== undefined)) {
    problems.add(at, 'expected one file: csv or jsonl', undefined, 'name');
    return undefined;
  }
  const format = csv === undefined ? 'jsonl' : 'csv';
  return { path: fileOf(file), file, format, order, once, at };
}
