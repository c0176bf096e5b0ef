/** A service on a JVM that counts too few processors, and the same that counts those there are. */
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../support/programs.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, assertFaults, assertMended } from './advised.js';

const java = findProgram('java');
const source = fileURLToPath(new URL('../../../../test/advisor/live/jvm/Service.java', import.meta.url));

async function advised(processors: number) {
  const { pid, line, stop } = await startWithStdin(java ?? '', [
    `-XX:ActiveProcessorCount=${processors}`,
    source,
  ]);
  try {
    const url = `http://127.0.0.1:${line}`;
    const load = { connections: '2', requests: '100' };
    return await adviseOn({ url: `${url}/`, pid, metrics: `${url}/metrics` }, load);
  } finally {
    await stop();
  }
}

describe('the catalogue of faults in services on a JVM', () => {
  const skip = java === null && 'java is not installed';
  it('finds CPU11: one processor', { skip }, async () => {
    assertFaults(await advised(1), ['CPU11']);
  });
  it('finds nothing when it is mended: two processors', { skip }, async () => {
    assertMended(await advised(2), ['CPU11']);
  });
});
