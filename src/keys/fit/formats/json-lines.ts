import { readObject, scalarAt } from '../../../log/index.js';
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
