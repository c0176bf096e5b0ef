import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FactName, factNames, type Gathered } from './facts.js';

/** Reads a file as text; undefined: it is not there. */
export type ReadText = (path: string) => string | undefined;

const FAILED = 'failed.json';

/** Writes each artifact as `<name>.json`, and `failed.json`: what could not be gathered, and why. */
export async function saveArtifacts(folder: string, { facts, failed }: Gathered): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, artifact] of Object.entries(facts))
    await writeJson(join(folder, `${name}.json`), artifact);
  await writeJson(join(folder, FAILED), failed);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads what `saveArtifacts` wrote. The rules trust the shape of an artifact: one that was changed by hand may make
 * a rule err, which is a finding of its own.
 *
 * @throws Error where a file is no JSON object or list, with its path; or when there is none
 */
export function loadArtifacts(folder: string, read: ReadText): Gathered {
  const facts: Record<string, unknown> = {};
  for (const name of Object.keys(factNames) as FactName[]) {
    const artifact = parseFile(join(folder, `${name}.json`), read);
    if (artifact !== undefined) facts[name] = artifact;
  }
  const failed = parseFile(join(folder, FAILED), read) ?? {};
  if (Object.keys(facts).length === 0 && Object.keys(failed).length === 0)
    throw new Error(`${folder} holds no artifacts; --artifacts ${folder} writes them`);
  const reasons = Object.entries(failed).filter(
    ([name, reason]) => Object.hasOwn(factNames, name) && typeof reason === 'string',
  );
  return { facts, failed: Object.fromEntries(reasons) };
}

function parseFile(path: string, read: ReadText): object | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null) throw new Error(`${path}: expected an artifact`);
  return value;
}
