import type { Metric } from '../metric.js';
import { hasCalls, isGrpcStatus, ofGrpcStatus } from './grpc.js';
import { shareOf } from './share.js';

/**
 * Responses of one status code, `status(503)`, or of one class, `status(5xx)`, of all responses; or calls of one
 * gRPC status, `status(UNAVAILABLE)`, of all calls.
 */
export const status: Metric = {
  names: ['status'],
  perOperation: false,
  argument: '503 or 5xx or UNAVAILABLE',
  protocolOf: (qualifier) => (isGrpcStatus(qualifier) ? 'grpc' : 'http'),
  readings(_, qualifier) {
    if (isGrpcStatus(qualifier)) return ofGrpcStatus(qualifier);
    if (!/^[1-5](?:\d\d|xx)$/i.test(qualifier)) return null;
    const isClass = /xx$/i.test(qualifier);
    const matches = (code: string) =>
      isClass ? code.length === 3 && code[0] === qualifier[0] : code === qualifier;
    return shareOf(
      (_scope, evidence) => {
        // None of no such responses would pass: there is no data on them.
        if (hasCalls(evidence)) return null;
        let count = 0;
        for (const [code, n] of Object.entries(evidence.statuses)) if (matches(code)) count += n;
        return count;
      },
      (scope) => scope.completed,
    );
  },
};
