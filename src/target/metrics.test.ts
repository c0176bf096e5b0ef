import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters, Slot } from './counters.js';
import { formatMetrics, MetricsPage } from './metrics.js';

/** Prometheus' text format, read line by line as its documentation describes it. */
function parse(text: string): Map<string, number> {
  assert.ok(text.endsWith('\n'));
  const samples = new Map<string, number>();
  let family = '';
  for (const line of text.trimEnd().split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (comment !== null) {
      family = comment[2] ?? '';
      if (comment[1] === 'TYPE') assert.match(comment[3] ?? '', /^(counter|gauge)$/);
      continue;
    }
    const sample = /^([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    assert.equal(sample[1], family, 'a sample stands below its own HELP and TYPE');
    assert.ok(Number.isFinite(Number(sample[3])), line);
    samples.set(`${sample[1]}${sample[2] ?? ''}`, Number(sample[3]));
  }
  return samples;
}

test('the page is in the text format and holds what was counted', () => {
  const counters = new Counters();
  counters.countResponse('GET', 200);
  counters.countResponse('GET', 200);
  counters.countResponse('PUT', 413);
  counters.countCall('Get', 'NOT_FOUND');
  counters.set(Slot.keys, 3);
  const page = new MetricsPage(counters);
  try {
    const samples = parse(page.render());
    assert.equal(samples.get('zipfire_target_requests_total{method="GET",status="200"}'), 2);
    assert.equal(samples.get('zipfire_target_requests_total{method="PUT",status="413"}'), 1);
    assert.equal(samples.get('zipfire_target_grpc_calls_total{method="Get",code="NOT_FOUND"}'), 1);
    assert.equal(samples.get('zipfire_target_keys'), 3);
    assert.ok((samples.get('process_cpu_seconds_total') ?? 0) > 0);
    assert.ok((samples.get('process_resident_memory_bytes') ?? 0) > 1e6);
    parse(page.render());
  } finally {
    page.close();
  }
});

test('label values are escaped', () => {
  const samples = [{ labels: { path: 'a"b\\c\nd' }, value: 1 }];
  assert.equal(
    formatMetrics([{ name: 'x', type: 'gauge', help: 'h', samples }]),
    '# HELP x h\n# TYPE x gauge\nx{path="a\\"b\\\\c\\nd"} 1\n',
  );
});
