import { GrpcStatus, type GrpcStatusName, grpcStatusNames } from '../../core/index.js';

export { GrpcStatus, type GrpcStatusName, grpcStatusNames } from '../../core/index.js';

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
