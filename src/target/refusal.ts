/** Why a request is turned away before it is served. */
export type Refusal = 'pending' | 'rate' | 'concurrency' | 'error';

/** How each is said, in HTTP and in gRPC (canonical codes by name). */
export const refusals = {
  pending: { http: 503, grpc: 'UNAVAILABLE', message: 'too many requests are pending', retryAfter: true },
  rate: { http: 429, grpc: 'RESOURCE_EXHAUSTED', message: 'over the rate limit', retryAfter: true },
  concurrency: { http: 503, grpc: 'UNAVAILABLE', message: 'over the concurrency limit', retryAfter: true },
  error: { http: 503, grpc: 'UNAVAILABLE', message: 'an error on purpose', retryAfter: false },
} as const satisfies Record<Refusal, object>;
