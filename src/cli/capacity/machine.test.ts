import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { machineWarnings } from './machine.js';

describe('a machine that is busy before the load', () => {
  it('is warned of where more tasks want its CPUs than there are', () => {
    assert.match(machineWarnings(11.12, 2)[0] ?? '', /11\.1 tasks on 2 CPUs .* may be its limit/);
  });

  it('is not where they have room, or the system does not tell', () => {
    for (const load of [0, 0.4, 2]) assert.deepEqual(machineWarnings(load, 2), []);
  });
});
