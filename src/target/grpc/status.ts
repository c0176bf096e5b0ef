import type { GrpcStatusName } from '../../core/index.js';

export type FailureCode = Exclude<GrpcStatusName, 'OK'>;

/** Why a call, or a part of one, has no answer. */
export class Failure {
  readonly code: FailureCode;
  /** For people; any text. */
  readonly message: string;

  constructor(code: FailureCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

export function fail(code: FailureCode, message: string): Failure {
  return new Failure(code, message);
}

/**
 * A text as `grpc-message` carries it: UTF-8, with everything but printable ASCII percent-encoded, and the
 * percent sign too (PROTOCOL-HTTP2, "Responses").
 */
export function encodeMessage(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^ -$&-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
