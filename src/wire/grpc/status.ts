/** The status codes of gRPC, by name. Source: gRPC "Status codes and their use in gRPC". */
export const GrpcStatus = {
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

export type GrpcStatusName = keyof typeof GrpcStatus;
export type GrpcStatus = (typeof GrpcStatus)[GrpcStatusName];

/** The names, at the index of their code. */
export const grpcStatusNames = Object.keys(GrpcStatus) as readonly GrpcStatusName[];

/** The name of a code. One that gRPC does not define is UNKNOWN, as its specification asks of clients. */
export function grpcStatusName(code: number): GrpcStatusName {
  return grpcStatusNames[code] ?? 'UNKNOWN';
}

/** The code of a name in any case (`NOT_FOUND`, `not_found`, `NotFound`); undefined when there is none. */
export function grpcStatusOf(name: string): GrpcStatus | undefined {
  return codesByLetters.get(letters(name));
}

const codesByLetters = new Map(grpcStatusNames.map((name) => [letters(name), GrpcStatus[name]]));
// Go and Java spell it with one L.
codesByLetters.set('CANCELED', GrpcStatus.CANCELLED);

function letters(name: string): string {
  return name.replaceAll('_', '').toUpperCase();
}

/** The value of a `grpc-status` field. What is no code of gRPC is UNKNOWN. */
export function parseGrpcStatus(value: string): GrpcStatus {
  const code = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  return grpcStatusNames[code] === undefined ? GrpcStatus.UNKNOWN : (code as GrpcStatus);
}
