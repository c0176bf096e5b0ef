import { type KeyFormat, MadeKey } from './format.js';

/** A JSON object on each line; the key is a text, a number or a boolean in it. */
export class JsonLines extends MadeKey implements KeyFormat {
  readonly about: string;
  readonly #path: string;

  /** @param path names with dots between: `request.uri`; a name that holds the dots itself goes first */
  constructor(path: string) {
    super();
    this.about = `JSON lines, key: ${path}`;
    this.#path = path;
  }

  find(line: Buffer, start: number, end: number): boolean {
    const value = scalarAt(readObject(line.toString('utf8', start, end)), this.#path);
    return value !== undefined && this.set(value);
  }
}

/** Undefined for what is no JSON object. */
export function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a scalar at a path; undefined where there is none. */
export function scalarAt(root: object | undefined, path: string): string | undefined {
  if (root === undefined) return undefined;
  let value: unknown = root;
  for (const name of Object.hasOwn(root, path) ? [path] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
