import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { result } from '../gate/result.test.kit.js';
import { mainFailure } from './main-failure.js';

const none = { connect: 0, read: 0, write: 0, timeout: 0, protocol: 0, status: 0 };
const run = (statuses: Record<string, number>, kinds: Partial<typeof none> = {}, grpc = {}) => ({
  ...result({ summary: { sent: 200 } }),
  statuses,
  grpcStatuses: grpc,
  errorKinds: { ...none, ...kinds },
});

describe('what most failures were', () => {
  const cases: readonly (readonly [what: string, runs: ReturnType<typeof run>[], text: string | null])[] = [
    ['nothing', [run({ '200': 200 })], null],
    ['no run', [], null],
    ['a status', [run({ '200': 150, '429': 40, '503': 10 }, { status: 50 })], '20 % were answered 429'],
    ['a time-out', [run({ '200': 100, '500': 4 }, { timeout: 96, status: 4 })], '48 % failed (timeout)'],
    [
      'a status of a call',
      [run({}, { status: 20 }, { OK: 180, UNAVAILABLE: 20 })],
      '10 % were answered UNAVAILABLE',
    ],
    [
      'that of all runs',
      [run({ '429': 10 }), run({ '503': 30 }), run({ '429': 26 })],
      '6 % were answered 429',
    ],
  ];
  for (const [what, runs, text] of cases) it(what, () => assert.equal(mainFailure(runs), text));
});
