/**
 * How a request ended. Numbers, because the hot path counts them in typed arrays.
 * `ok` and `status` are whole responses; the others are failures below the response.
 */
export const OutcomeKind = {
  ok: 0,
  /** A whole response whose status says failure: HTTP ≥ 400, or a gRPC status other than OK. */
  status: 1,
  connect: 2,
  read: 3,
  write: 4,
  timeout: 5,
  protocol: 6,
} as const;

export type OutcomeKind = (typeof OutcomeKind)[keyof typeof OutcomeKind];

export const outcomeKinds = Object.keys(OutcomeKind) as (keyof typeof OutcomeKind)[];

/** The kinds that are errors, in the order of the result's `errorKinds`. */
export const errorKinds = ['connect', 'read', 'write', 'timeout', 'protocol', 'status'] as const;
export type ErrorKind = (typeof errorKinds)[number];
