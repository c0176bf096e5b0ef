/** The canonical codes of gRPC. */
export const Code = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type CodeName = keyof typeof Code;

export type FailureCode = Exclude<CodeName, 'OK'>;

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
