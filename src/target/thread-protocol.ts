import { type ErrorCode, ZipfireError } from '../core/index.js';
import type { Place } from './listen.js';
import type { TargetOptions } from './options.js';

/** What the target's thread is started with. */
export interface ThreadData {
  readonly options: TargetOptions;
  readonly memory: SharedArrayBuffer;
}

export type ToThread = { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready'; readonly place: Place }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** A ZipfireError as a message can carry it. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof ZipfireError) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: undefined,
  };
}

export function fromPlainError(error: PlainError): ZipfireError {
  return new ZipfireError(error.code, error.message, error.hint);
}
