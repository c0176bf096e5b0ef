import { posix } from 'node:path';
import type { GoSource, Made, SourceValue } from './artifact.js';

/**
 * Sources with the names that other files give a number filled in: a constant of the same package, or one of another
 * that is the only one of its name.
 */
export function withNames(sources: readonly GoSource[]): GoSource[] {
  const byFolder = new Map<string, Map<string, number>>();
  const byPackage = new Map<string, Set<string>>();
  for (const { file, packageName, numbers } of sources) {
    const folder = posix.dirname(file);
    const own = byFolder.get(folder) ?? new Map<string, number>();
    for (const [name, number] of Object.entries(numbers)) own.set(name, number);
    byFolder.set(folder, own);
    byPackage.set(packageName, (byPackage.get(packageName) ?? new Set()).add(folder));
  }
  const numberOf = (text: string, folder: string): number | null => {
    const [, packageName, name = ''] = /^(?:(\w+)\.)?(\w+)$/.exec(text) ?? [];
    if (packageName === undefined) return byFolder.get(folder)?.get(name) ?? null;
    const [only, second] = byPackage.get(packageName) ?? [];
    return only === undefined || second !== undefined ? null : (byFolder.get(only)?.get(name) ?? null);
  };
  return sources.map((source) => {
    const folder = posix.dirname(source.file);
    const filled = (value: SourceValue): SourceValue =>
      value.number === null ? { ...value, number: numberOf(value.text, folder) } : value;
    const made = source.made.map((each): Made => {
      const fields = Object.entries(each.fields).map(([name, value]) => [name, filled(value)]);
      return { ...each, fields: Object.fromEntries(fields) };
    });
    return { ...source, made };
  });
}
