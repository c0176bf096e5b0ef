import { type CaptureSpec, type ResponseFields, usageError } from '../../core/index.js';
import { byteString } from '../bytes.js';
import { findInJson, parsePointer } from './json-pointer.js';
import { Pattern } from './pattern.js';

/** Content of a response that captures look at; what is behind it is not seen. */
export const EXAMINED_BYTES = 64 * 1024;
/** Longer values are refused: a user keeps them, and sends them again. */
const MAX_VALUE_BYTES = 8 * 1024;
/** RFC 9110, section 5.5: what would end a header line and begin another, and what no header holds. */
const NOT_IN_HEADER = /[\0-\x08\x0a-\x1f\x7f]/;

/** What a response gave: a byte string; null: nothing; `refused`: something that may not be used. */
export type Captured = { readonly value: string } | 'missed' | 'refused';

/** What one operation captures from its responses. */
export class Capturer {
  readonly specs: readonly CaptureSpec[];
  /** Whether it looks at content. */
  readonly readsContent: boolean;
  readonly #finders: readonly Finder[];
  readonly #inHeaders: readonly boolean[];

  /**
   * @param isInHeader whether the value of a name goes into a header, and so must fit one
   * @throws ZipfireError `usage`
   */
  constructor(specs: readonly CaptureSpec[], isInHeader: (name: string) => boolean) {
    this.specs = specs;
    this.#finders = specs.map(createFinder);
    this.#inHeaders = specs.map(({ name }) => isInHeader(name));
    this.readsContent = specs.some(({ from }) => from.kind !== 'header');
  }

  /** What is to be kept of the head: one text for each of `specs`, null for what is not of the head. */
  head(fields: ResponseFields, into: (string | null)[]): void {
    for (let i = 0; i < this.specs.length; i++) {
      const { from } = this.specs[i] as CaptureSpec;
      into[i] = from.kind === 'header' ? fields.first(from.name) : null;
    }
  }

  /** What `specs[i]` gives, of a whole response. @param content the first `EXAMINED_BYTES`, a byte string */
  capture(i: number, head: string | null, content: string): Captured {
    const value = (this.#finders[i] as Finder)(head, content);
    if (value === null) return 'missed';
    if (value.length > MAX_VALUE_BYTES) return 'refused';
    if (this.#inHeaders[i] === true && NOT_IN_HEADER.test(value)) return 'refused';
    return { value };
  }
}

type Finder = (head: string | null, content: string) => string | null;

/** @throws ZipfireError `usage` for a pattern or a pointer that is none */
export function checkCapture(spec: CaptureSpec): void {
  createFinder(spec);
  if (spec.fallback !== null && byteString(spec.fallback).length > MAX_VALUE_BYTES)
    throw usageError(`a default of more than ${MAX_VALUE_BYTES / 1024} KiB`);
}

function createFinder({ from, pattern }: CaptureSpec): Finder {
  const find = finderOf(from);
  if (pattern === null) return find;
  const compiled = new Pattern(pattern);
  return (head, content) => {
    const text = find(head, content);
    return text === null ? null : compiled.find(text);
  };
}

function finderOf(from: CaptureSpec['from']): Finder {
  switch (from.kind) {
    case 'header':
      return (head) => head;
    case 'body':
      return (_, content) => content;
    case 'json': {
      const path = parsePointer(from.pointer);
      return (_, content) => {
        const found = findInJson(decode(content), path);
        return found === null ? null : byteString(found);
      };
    }
  }
}

/** What a byte string says in UTF-8. */
function decode(bytes: string): string {
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
