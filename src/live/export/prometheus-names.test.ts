import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Metric } from './metric.js';
import { prometheusName, runLabels } from './prometheus-names.js';

describe('names for Prometheus', () => {
  const cases = [
    ['zipfire.requests', '{request}', 'counter', 'zipfire_requests_total'],
    ['zipfire.received', 'By', 'counter', 'zipfire_received_bytes_total'],
    ['zipfire.rate', '{response}/s', 'gauge', 'zipfire_rate_per_second'],
    ['zipfire.response.time', 's', 'histogram', 'zipfire_response_time_seconds'],
    ['zipfire.in.flight', '{request}', 'gauge', 'zipfire_in_flight'],
  ] as const;
  for (const [name, unit, kind, expected] of cases)
    it(`are ${expected}`, () =>
      assert.equal(
        prometheusName({ name, unit, kind, help: '', points: [], bounds: [] } as Metric),
        expected,
      ));

  it('are labels that are legal and mean one thing', () => {
    const run = { id: '7', name: 'hot', version: '1' };
    const tags = { env: 'ci', 'git.sha': 'a', git_sha: 'b', '2nd': 'c', le: 'd', __name__: 'e', 'é"\n': 'f' };
    const labels = runLabels({ ...run, tags });
    for (const [name] of labels) assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
    assert.deepEqual(Object.fromEntries(labels), {
      job: 'zipfire',
      instance: '7',
      run: 'hot',
      env: 'ci',
      git_sha: 'a',
      _2nd: 'c',
      tag_le: 'd',
      tag___name__: 'e',
      tag____: 'f',
    });
  });
});
