import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { formatGate, type Limit } from './gate.js';
import type { GateContext } from './grammar/context.js';
import { metricNames } from './metrics/index.js';
import { parseGate } from './parse.js';

const context: GateContext = { operations: ['read', 'write', 'p99'], rate: 1000 };

describe('parseGate', () => {
  const us = (value: number): Limit => ({ kind: 'value', unit: 'us', value });
  const share = (value: number): Limit => ({ kind: 'value', unit: 'share', value });
  const count = (value: number): Limit => ({ kind: 'value', unit: 'count', value });
  const perSecond = (value: number): Limit => ({ kind: 'value', unit: 'per-second', value });
  const ofRate = (part: number): Limit => ({ kind: 'share-of-rate', share: part });

  const good: [string, string | null, string, string, Limit][] = [
    ['p99 < 380ms', null, 'p99', '<', us(380_000)],
    ['  p99<380ms ', null, 'p99', '<', us(380_000)],
    ['service.p99.9 < 1s', null, 'service.p99.9', '<', us(1e6)],
    ['p99.99 <= 1m30s', null, 'p99.99', '<=', us(9e7)],
    ['read.p99 < 5 ms', 'read', 'p99', '<', us(5000)],
    ['read.service.max < 5ms', 'read', 'service.max', '<', us(5000)],
    ['p99.p99 < 5ms', 'p99', 'p99', '<', us(5000)],
    ['lateness.p99 < 1ms', null, 'lateness.p99', '<', us(1000)],
    ['failed.mean > 0', null, 'failed.mean', '>', us(0)],
    ['errors < 0.1%', null, 'errors', '<', share(0.001)],
    ['errors == 0', null, 'errors', '==', count(0)],
    ['write.errors <= 1k', 'write', 'errors', '<=', count(1000)],
    ['qps >= 95% of rate', null, 'qps', '>=', ofRate(0.95)],
    ['qps <= 105%  OF  rate', null, 'qps', '<=', ofRate(1.05)],
    ['qps >= 10k/s', null, 'qps', '>=', perSecond(10_000)],
    ['qps >= 10_000', null, 'qps', '>=', perSecond(10_000)],
    ['ok >= 10k/s', null, 'ok', '>=', perSecond(10_000)],
    ['ok >= 99.9%', null, 'ok', '>=', share(0.999)],
    ['ok >= 1M', null, 'ok', '>=', count(1e6)],
    ['status(5xx) == 0', null, 'status(5xx)', '==', count(0)],
    ['status( 503 ) < 1%', null, 'status(503)', '<', share(0.01)],
    ['dropped == 0', null, 'dropped', '==', count(0)],
    ['unsent < 1%', null, 'unsent', '<', share(0.01)],
    ['timeouts == 0', null, 'timeouts', '==', count(0)],
  ];
  for (const [source, operation, metric, comparison, limit] of good) {
    it(`reads "${source}"`, () => {
      const gate = parseGate(source, context);
      const { source: kept, read, unit, when, ...parsed } = gate;
      assert.deepEqual(parsed, { operation, metric, comparison, limit });
      assert.equal(unit, limit.kind === 'value' ? limit.unit : 'per-second');
      assert.deepEqual(when, { kind: 'whole' });
      assert.equal(kept, source.trim());
    });
  }

  const bad: [string, string, string?, string?][] = [
    ['', 'an empty gate; write one such as p99 < 380ms'],
    ['p98 < 1s', 'p98 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99', '^^^'],
    ['p999 < 1s', 'p999 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99', '^^^^'],
    ['erors < 1%', 'unknown metric "erors"; did you mean "errors"?', '^^^^^'],
    ['rps > 1/s', 'unknown metric "rps"; did you mean "qps"?', '^^^'],
    ['reed.p99 < 5ms', 'unknown operation or histogram "reed"; did you mean "read"?', '^^^^'],
    [
      'read.write.p99 < 5ms',
      'unknown histogram "write"; known here: response, service, lateness, failed',
      '     ^^^^^',
    ],
    ['service.lateness.p99 < 5ms', 'one histogram is enough', '        ^^^^^^^^'],
    ['service.errors < 5', 'errors is not of a histogram; leave "service." out', '^^^^^^^'],
    ['read < 5ms', 'unknown metric "read"; known are', '^^^^'],
    ['read. < 5ms', 'expected a metric, such as p99, errors or qps', '      ^'],
    ['< 5ms', 'expected a metric, such as p99, errors or qps', '^'],
    ['p99', 'expected a comparison: <, <=, >, >= or ==', '   ^'],
    ['p99 5ms', 'expected a comparison: <, <=, >, >= or ==', '    ^^^'],
    ['p99 = 5ms', 'a comparison is one of <, <=, >, >= and ==; did you mean "=="?', '    ^'],
    ['p99 < 380', 'p99 is compared with a duration such as 380ms', '      ^^^'],
    ['p99 <', 'p99 is compared with a duration such as 380ms', '     ^'],
    ['p99 < 1%', 'p99 is compared with a duration such as 380ms', '      ^^'],
    ['p99 < 1s or so', 'p99 is compared with a duration such as 380ms', '      ^^^^^^^^'],
    [
      'errors < 0.001',
      'errors is compared with a count such as 0, or a share such as 0.1%',
      '         ^^^^^',
    ],
    ['errors < 101%', 'errors is compared with a count such as 0, or a share such as 0.1%', '         ^^^^'],
    ['qps > 50%', 'qps is compared with a rate such as 10k/s, or 95% of rate', '      ^^^'],
    ['status == 0', 'status takes 503 or 5xx or UNAVAILABLE in parentheses: status(503)', '^^^^^^'],
    ['status(9xx) == 0', 'status takes 503 or 5xx or UNAVAILABLE in parentheses: status(503)', '      ^^^^^'],
    ['qps(5xx) > 1', 'qps takes no argument', '   ^^^^^'],
    [
      'read.status(503) == 0',
      'status(503) is counted for the whole run, not for each operation',
      '     ^^^^^^',
    ],
    ['read.timeouts == 0', 'timeouts is counted for the whole run, not for each operation', '     ^^^^^^^^'],
    // An escape is longer than the character that it shows.
    ['p99 < \x1b[31m', 'p99 is compared with a duration such as 380ms', '      ^^^^^^', 'p99 < \\e[31m'],
  ];
  for (const [source, message, carets, shown = source] of bad) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      assert.throws(
        () => parseGate(source, context),
        (error) => {
          assert.ok(error instanceof ZipfireError);
          assert.equal(error.code, 'usage');
          const [first = '', second, third] = error.message.split('\n');
          assert.ok(first.startsWith(message), first);
          if (carets !== undefined) assert.deepEqual([second, third], [`  ${shown}`, `  ${carets}`]);
          return true;
        },
      );
    });
  }

  it('refuses what a closed loop has no data for', () => {
    const closed: GateContext = { operations: [], rate: null };
    assert.throws(() => parseGate('qps >= 95% of rate', closed), /closed loop; set a rate/);
    assert.throws(() => parseGate('lateness.p99 < 1ms', closed), /closed loop has none; set a rate/);
    parseGate('qps >= 10/s', closed);
  });

  it('allows it while the rate is not known', () => {
    parseGate('qps >= 95% of rate', { operations: [] });
    parseGate('lateness.p99 < 1ms', { operations: [] });
  });

  const other: [source: string, protocol: 'http' | 'grpc', message: RegExp][] = [
    ['status(5xx) == 0', 'grpc', /calls have gRPC statuses, .*status\(UNAVAILABLE\)/],
    ['status(200) > 0', 'grpc', /calls have gRPC statuses/],
    ['status(UNAVAILABLE) == 0', 'http', /requests have HTTP statuses, .*status\(503\)/],
    ['messages > 5', 'http', /messages are of gRPC calls/],
  ];
  for (const [source, protocol, message] of other) {
    it(`refuses ${source} of ${protocol}, which would always hold`, () => {
      assert.throws(() => parseGate(source, { operations: [], protocol }), message);
      parseGate(source, { operations: [], protocol: protocol === 'http' ? 'grpc' : 'http' });
      parseGate(source, { operations: [] });
    });
  }

  it('refuses a text of more than 200 characters without looking at it', () => {
    assert.throws(() => parseGate(`p99 < ${' '.repeat(200)}1s`, context), /more than 200 characters/);
  });
});

describe('properties', () => {
  const limits = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom('ns', 'us', 'ms', 's'))
      .map(([n, unit]) => n + unit),
    fc.integer({ min: 0, max: 100_000 }).map((n) => `${n / 1000}%`),
    fc.integer({ min: 0, max: 1e9 }).map((n) => `${n}/s`),
    fc.integer({ min: 0, max: 1e9 }).map(String),
    fc.integer({ min: 0, max: 2_000_000 }).map((n) => `${n / 1000}% of rate`),
  );
  const sources = fc
    .tuple(
      fc.constantFrom('', 'read.', 'write.'),
      fc.constantFrom('', 'service.', 'lateness.', 'failed.', 'response.'),
      fc.constantFrom(...metricNames, 'status(404)', 'status(4xx)'),
      fc.constantFrom('<', '<=', '>', '>=', '=='),
      limits,
    )
    .map(
      ([operation, histogram, metric, comparison, limit]) =>
        `${operation}${histogram}${metric} ${comparison} ${limit}`,
    );

  it('a gate in its normal form is the same gate', () => {
    let parsed = 0;
    fc.assert(
      fc.property(sources, (source) => {
        let gate: ReturnType<typeof parseGate>;
        try {
          gate = parseGate(source, context);
        } catch (error) {
          assert.ok(error instanceof ZipfireError);
          return;
        }
        parsed++;
        const { source: _, read: __, ...again } = parseGate(formatGate(gate), context);
        const { source: ___, read: ____, ...first } = gate;
        assert.deepEqual(again, first);
      }),
      { numRuns: 2000 },
    );
    assert.ok(parsed > 100, `only ${parsed} of the gates were well-formed`);
  });

  it('any text is a gate or a usage error', () => {
    const pieces = fc.constantFrom(
      'p99',
      'read',
      '.',
      '(',
      ')',
      '<',
      '==',
      ' ',
      '5ms',
      '%',
      'of rate',
      '\n',
      'é',
      '__proto__',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseGate(text, context);
        } catch (error) {
          assert.ok(error instanceof ZipfireError && error.code === 'usage', String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
