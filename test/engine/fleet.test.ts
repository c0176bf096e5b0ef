import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fleet } from '#zipfire/engine/fleet.js';
import { planFor } from './plan.js';

/** A worker that lives as long as `body` lets it. */
function worker(body: string): URL {
  const code = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {}); ${body}`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe('a worker that dies', () => {
  for (const [how, body, message] of [
    ['throws', "throw new Error('out of luck');", /worker \d died: out of luck/],
    ['exits', 'process.exit(3);', /worker \d died: it exited with code 3/],
  ] as const) {
    it(`ends the run with a clear error when it ${how}`, async () => {
      const fleet = new Fleet(planFor(1), { address: '127.0.0.1' }, () => {}, null, worker(body));
      await assert.rejects(fleet.ready(), { code: 'worker-died', exitCode: 1, message });
      await fleet.close();
    });
  }

  it('takes the others with it', async () => {
    const body =
      "import { workerData } from 'node:worker_threads'; if (workerData.worker === 0) process.exit(0);";
    const fleet = new Fleet(planFor(1), { address: '127.0.0.1' }, () => {}, null, worker(body));
    await assert.rejects(fleet.ready(), { code: 'worker-died' });
    // Resolves only when every thread has ended.
    await fleet.close();
  });
});
