const unitMs: Readonly<Record<string, number>> = { H: 3600e3, M: 60e3, S: 1e3, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The value of `grpc-timeout` in milliseconds: at most 8 digits and a unit (PROTOCOL-HTTP2, "Requests").
 * Null when it is malformed.
 */
export function parseTimeoutMs(text: string): number | null {
  const parts = /^(\d{1,8})([HMSmun])$/.exec(text);
  return parts === null ? null : Number(parts[1]) * (unitMs[parts[2] ?? ''] ?? 0);
}
