import assert from 'node:assert/strict';
import { it } from 'node:test';
import { meanRate } from './mean-rate.js';

it('the rate so far is that of whole seconds, however far the next one is', () => {
  assert.equal(meanRate([]), 0);
  assert.equal(meanRate([{ qps: 2000 }, { qps: 2000 }]), 2000);
  assert.equal(meanRate([{ qps: 1000 }, { qps: 3000 }, { qps: 2000 }]), 2000);
});
