/** Units of `grpc-timeout` with their length in nanoseconds, the finest first. */
const units = [
  ['n', 1],
  ['u', 1e3],
  ['m', 1e6],
  ['S', 1e9],
  ['M', 60e9],
  ['H', 3600e9],
] as const;

const MAX_VALUE = 99_999_999;

/**
 * The value of a `grpc-timeout` field: at most eight digits and a unit, in the finest unit that holds it,
 * rounded up, so that the server does not give up before the client. Source: gRPC "PROTOCOL-HTTP2", Timeout.
 *
 * @param timeoutMs > 0; more than 99,999,999 hours is that
 */
export function encodeTimeout(timeoutMs: number): string {
  for (const [unit, unitNs] of units) {
    const value = Math.max(1, Math.ceil((timeoutMs * 1e6) / unitNs));
    if (value <= MAX_VALUE) return `${value}${unit}`;
  }
  return `${MAX_VALUE}H`;
}
