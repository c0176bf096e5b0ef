import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters, Slot } from './counters.js';

test('counts responses by method and status', () => {
  const counters = new Counters();
  counters.countResponse('GET', 200);
  counters.countResponse('GET', 200);
  counters.countResponse('PUT', 200);
  counters.countResponse('GET', 599);
  counters.countResponse('PROPFIND', 405);
  counters.countResponse('REPORT', 405);
  assert.deepEqual(
    [...counters.responses()],
    [
      { method: 'GET', status: 200, count: 2 },
      { method: 'GET', status: 599, count: 1 },
      { method: 'PUT', status: 200, count: 1 },
      { method: 'other', status: 405, count: 2 },
    ],
  );
  counters.add(Slot.resets, 1);
  const { requests, statuses } = counters.snapshot();
  assert.deepEqual(statuses, { 200: 3, 405: 2, 599: 1 });
  assert.equal(requests, 7, 'a reset is a request too');
});

test('counts gRPC calls by method and status', () => {
  const counters = new Counters();
  counters.countCall('Get', 'OK');
  counters.countCall('Get', 'OK');
  counters.countCall('Sync', 'UNAUTHENTICATED');
  counters.countCall('Check', 'OK');
  counters.countCall('ServerReflectionInfo', 'OK');
  counters.countResponse('OPTIONS', 599);
  assert.deepEqual(
    [...counters.calls()],
    [
      { method: 'Get', code: 'OK', count: 2 },
      { method: 'Sync', code: 'UNAUTHENTICATED', count: 1 },
      { method: 'other', code: 'OK', count: 2 },
    ],
  );
  const { requests, grpcStatuses } = counters.snapshot();
  assert.deepEqual(grpcStatuses, { OK: 4, UNAUTHENTICATED: 1 });
  assert.equal(requests, 6);
});
