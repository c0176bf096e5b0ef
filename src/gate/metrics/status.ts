import { grpcStatusNames, type Result } from '../../core/index.js';
import type { Metric, Readings } from '../metric.js';
import { shareOf } from './share.js';

/**
 * Responses of one status code, `status(503)`, or of one class, `status(5xx)`, of all responses; or calls of one
 * gRPC status, `status(UNAVAILABLE)`, of all calls.
 */
export const status: Metric = {
  names: ['status'],
  perOperation: false,
  argument: '503 or 5xx or UNAVAILABLE',
  protocolOf: (qualifier) => (isOfCalls(qualifier) ? 'grpc' : 'http'),
  readings(_, qualifier) {
    if (isOfCalls(qualifier)) return ofCalls(qualifier.toUpperCase());
    if (!/^[1-5](?:\d\d|xx)$/i.test(qualifier)) return null;
    const isClass = /xx$/i.test(qualifier);
    const matches = (code: string) =>
      isClass ? code.length === 3 && code[0] === qualifier[0] : code === qualifier;
    return shareOf(
      (_scope, result) => {
        // None of no such responses would pass: there is no data on them.
        if (hasCalls(result)) return null;
        let count = 0;
        for (const [code, n] of Object.entries(result.statuses)) if (matches(code)) count += n;
        return count;
      },
      (scope) => scope.completed,
    );
  },
};

function isOfCalls(qualifier: string): boolean {
  return grpcStatusNames.some((name) => name === qualifier.toUpperCase());
}

/** Whether a result is of gRPC calls. Each has a status, however it ended. */
function hasCalls({ grpcStatuses }: Result): boolean {
  return Object.keys(grpcStatuses).length > 0;
}

function ofCalls(name: string): Readings {
  return shareOf(
    (_scope, result) => (hasCalls(result) ? (result.grpcStatuses[name] ?? 0) : null),
    (scope) => scope.sent,
  );
}
