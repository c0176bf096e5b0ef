/** Exit codes of the command line. They are a contract: scripts and CI jobs branch on them. */
export const ExitCode = {
  pass: 0,
  internal: 1,
  usage: 2,
  gateFailed: 3,
  unreachable: 4,
  invalid: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What went wrong, for programs. Each code has one exit code. */
export type ErrorCode = 'usage' | 'profile' | 'unreachable' | 'worker-died' | 'internal';

const exitCodeOf: Record<ErrorCode, ExitCode> = {
  usage: ExitCode.usage,
  profile: ExitCode.usage,
  unreachable: ExitCode.unreachable,
  'worker-died': ExitCode.internal,
  internal: ExitCode.internal,
};

/**
 * The one error class of zipfire. A failed request is an outcome and never one of these: a ZipfireError
 * ends the command. `message` says what is wrong and where; `hint` says what to do next.
 */
export class ZipfireError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ZipfireError';
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): ExitCode {
    return exitCodeOf[this.code];
  }
}

/** A wrong flag, value or argument: exit 2. */
export function usageError(message: string, hint?: string): ZipfireError {
  return new ZipfireError('usage', message, hint);
}
