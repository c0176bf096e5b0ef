import { grpcStatusNames } from '../../core/index.js';
import type { Evidence, Metric, Readings } from '../metric.js';
import { shareOf } from './share.js';

/** Calls of one gRPC status, `grpc(UNAVAILABLE)`, of all calls. Each has a status, however it ended. */
export const grpc: Metric = {
  names: ['grpc'],
  perOperation: false,
  argument: 'UNAVAILABLE or another status of gRPC',
  protocolOf: () => 'grpc',
  readings: (_, qualifier) => (isGrpcStatus(qualifier) ? ofGrpcStatus(qualifier) : null),
};

export function isGrpcStatus(text: string): boolean {
  return grpcStatusNames.some((name) => name === text.toUpperCase());
}

/** Whether the responses are those of gRPC calls. */
export function hasCalls({ grpcStatuses }: Evidence): boolean {
  return Object.keys(grpcStatuses).length > 0;
}

export function ofGrpcStatus(text: string): Readings {
  const name = text.toUpperCase();
  return shareOf(
    (_scope, evidence) => (hasCalls(evidence) ? (evidence.grpcStatuses[name] ?? 0) : null),
    (scope) => scope.sent,
  );
}
