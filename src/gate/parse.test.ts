import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { formatGate, type Limit, type When } from './gate.js';
import type { GateContext } from './grammar/context.js';
import { metricNames } from './metrics/index.js';
import { parseGate } from './parse.js';

const context: GateContext = { operations: ['read', 'write', 'p99'], rate: 1000 };

describe('parseGate', () => {
  const us = (value: number): Limit => ({ kind: 'value', unit: 'us', value });
  const share = (value: number): Limit => ({ kind: 'value', unit: 'share', value });
  const count = (value: number): Limit => ({ kind: 'value', unit: 'count', value });
  const perSecond = (value: number): Limit => ({ kind: 'value', unit: 'per-second', value });
  const ratio = (value: number): Limit => ({ kind: 'value', unit: 'ratio', value });
  const ofRate = (part: number): Limit => ({ kind: 'share-of-rate', share: part });

  const good: [string, string | null, string, string, Limit][] = [
    ['p99 < 380ms', null, 'p99', '<', us(380_000)],
    ['  p99<380ms ', null, 'p99', '<', us(380_000)],
    ['service.p99.9 < 1s', null, 'service.p99.9', '<', us(1e6)],
    ['P99<380ms', null, 'p99', '<', us(380_000)],
    ['Service.P99.9 ≤ 1s', null, 'service.p99.9', '<=', us(1e6)],
    ['QPS ≥ 95% of rate', null, 'qps', '>=', ofRate(0.95)],
    ['read.P99 < 5ms', 'read', 'p99', '<', us(5000)],
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

  const every = (lengthSec: number): When => ({
    kind: 'windows',
    lengthSec,
    need: { kind: 'share', share: 1 },
    short: false,
  });
  const windows: [string, string, Limit, When][] = [
    ['p99 < 50ms in every 10s window', 'p99', us(50_000), every(10)],
    ['p99 < 50ms  IN EVERY 1m window', 'p99', us(50_000), every(60)],
    ['errors < 1% in all 10 s windows', 'errors', share(0.01), every(10)],
    [
      'p99 < 50ms in 95% of 10s windows',
      'p99',
      us(50_000),
      { ...every(10), need: { kind: 'share', share: 0.95 } } as When,
    ],
    [
      'p99 < 380ms in 3 of 5 1m windows',
      'p99',
      us(380_000),
      { ...every(60), need: { kind: 'of', held: 3, of: 5 } } as When,
    ],
    ['qps >= 95% of rate in every 1m30s window', 'qps', ofRate(0.95), every(90)],
    ['abort when p99 > 2s', 'p99', us(2e6), { kind: 'abort', lengthSec: null }],
    ['Abort When errors > 5% in a 10s window', 'errors', share(0.05), { kind: 'abort', lengthSec: 10 }],
    ['abort when read.qps < 5/s in any 2s window', 'qps', perSecond(5), { kind: 'abort', lengthSec: 2 }],
    ['abort when burn(99%, 5m) > 14.4', 'burn(99%, 5m)', ratio(14.4), { kind: 'abort', lengthSec: 300 }],
    ['burn(99.9%, 1h) < 2', 'burn(99.9%, 1h)', ratio(2), { ...every(3600), short: true } as When],
    [
      'read.burn(99% under 5ms,5m) < 1x',
      'burn(99% under 5ms,5m)',
      ratio(1),
      { ...every(300), short: true } as When,
    ],
    ['jitter(qps) < 120%', 'jitter(qps)', share(1.2), { kind: 'whole' }],
    ['jitter(p99) < 10% in every 1m window', 'jitter(p99)', share(0.1), every(60)],
    ['grpc(UNAVAILABLE) < 0.01%', 'grpc(UNAVAILABLE)', share(0.0001), { kind: 'whole' }],
    ['p99 <= 1.15 x baseline', 'p99', { kind: 'of-baseline', factor: 1.15 }, { kind: 'whole' }],
    ['p99 <= 1.15x baseline', 'p99', { kind: 'of-baseline', factor: 1.15 }, { kind: 'whole' }],
    ['p99 <= 115% of Baseline', 'p99', { kind: 'of-baseline', factor: 1.15 }, { kind: 'whole' }],
    ['qps >= baseline in every 5s window', 'qps', { kind: 'of-baseline', factor: 1 }, every(5)],
  ];
  for (const [source, metric, limit, when] of windows) {
    it(`reads "${source}"`, () => {
      const gate = parseGate(source, context);
      assert.deepEqual([gate.metric, gate.limit, gate.when], [metric, limit, when]);
    });
  }

  const bad: [string, string, string?, string?][] = [
    [
      'p99 < 5ms in',
      'expected in every 10s window, in 95% of 10s windows, or in 3 of 5 1m windows',
      '          ^^',
    ],
    ['p99 < in every 10s window', 'p99 is compared with a duration such as 380ms', '      ^'],
    ['p99 < 5ms in every window', 'a window is of whole seconds', '          ^^^^^^^^^^^^^^^'],
    ['p99 < 5ms in every 500ms window', 'a window is of whole seconds'],
    ['p99 < 5ms in every 0s window', 'a window is of whole seconds'],
    [
      'p99 < 5ms in every 25h window',
      'a window is of whole seconds, such as 1s, 10s or 1m, and a day at most',
    ],
    ['p99 < 5ms in 0% of 1s windows', 'expected a share of the windows above 0% and up to 100%'],
    ['p99 < 5ms in 101% of 1s windows', 'expected a share of the windows above 0% and up to 100%'],
    ['p99 < 5ms in 6 of 5 1s windows', 'expected so many of more, 1000 at most: in 3 of 5 1m windows'],
    ['p99 < 5ms in 0 of 5 1s windows', 'expected so many of more, 1000 at most: in 3 of 5 1m windows'],
    ['unsent == 0 in every 1s window', 'unsent is known at the end of the run alone', '^^^^^^'],
    ['abort when unsent > 0', 'unsent is known at the end of the run alone', '           ^^^^^^'],
    ['abort p99 > 5ms', 'expected "when": abort when errors > 5% in a 10s window', '      ^^^'],
    [
      'abort when p99 > 5ms in every 1s window',
      'expected in a 10s window',
      '                     ^^^^^^^^^^^^^^^^^^',
    ],
    ['abort when p99 > 5ms in a 11m window', 'what ends a run looks back 10 min at most'],
    ['abort when burn(99%, 1h) > 2', 'what ends a run looks back 10 min at most', '           ^^^^'],
    ['burn < 2', 'burn takes 99.9%, 1h or 99.9% under 380ms, 1h in parentheses: burn(99.9%, 1h)', '^^^^'],
    ['burn(100%, 1h) < 2', 'burn takes 99.9%, 1h', '    ^^^^^^^^^^'],
    ['burn(99.9%) < 2', 'burn takes 99.9%, 1h', '    ^^^^^^^'],
    ['burn(99% under soon, 1h) < 2', 'burn takes 99.9%, 1h'],
    ['burn(99%, 1h) < 2%', 'burn(99%, 1h) is compared with a number such as 2', '                ^^'],
    ['burn(99%, 1h) < 2 in every 1h window', 'burn(99%, 1h) says its window itself; leave this out'],
    ['jitter < 10%', 'jitter takes qps or p50 or p99 or max in parentheses: jitter(qps)', '^^^^^^'],
    ['jitter(errors) < 10%', 'jitter takes qps or p50 or p99 or max in parentheses', '      ^^^^^^^^'],
    ['jiter(qps) < 10%', 'unknown metric "jiter"; did you mean "jitter"?', '^^^^^'],
    ['read.jitter(qps) < 10%', 'jitter(qps) is counted for the whole run, not for each operation'],
    ['grpc(503) == 0', 'grpc takes UNAVAILABLE or another status of gRPC in parentheses: grpc(UNAVAILABLE)'],
    ['p99 <= much x baseline', 'p99 is compared with a duration such as 380ms', '       ^^^^^^^^^^^^^^^'],
    ['constructor < 5', 'unknown metric "constructor"; known are', '^^^^^^^^^^^'],
    ['', 'an empty gate; write one such as p99 < 380ms'],
    ['p98 < 1s', 'p98 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99', '^^^'],
    [
      'p999 < 1s',
      'p999 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99; did you mean "p99.9"?',
      '^^^^',
    ],
    ['P98 < 1s', 'P98 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99', '^^^'],
    ['p99_9 < 1s', 'unknown metric "p99_9"; did you mean "p99.9"?', '^^^^^'],
    ['p(99.9) < 1s', 'unknown metric "p"; did you mean "p99.9"?', '^'],
    ['p(98) < 1s', 'unknown metric "p"; known are', '^'],
    ['error_rate < 1%', 'unknown metric "error_rate"; did you mean "errors"?', '^^^^^^^^^^'],
    ['successRate > 99%', 'unknown metric "successRate"; did you mean "ok"?', '^^^^^^^^^^^'],
    ['http_req_duration < 1s', 'unknown metric "http_req_duration"; did you mean "p99"?'],
    ['latency.p99 < 1s', 'unknown operation or histogram "latency"; did you mean "response"?', '^^^^^^^'],
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
    ['errors =< 1%', 'a comparison is one of <, <=, >, >= and ==; did you mean "<="?', '       ^^'],
    ['qps => 10/s', 'a comparison is one of <, <=, >, >= and ==; did you mean ">="?', '    ^^'],
    ['p99 != 5ms', 'expected a comparison: <, <=, >, >= or ==', '    ^^'],
    ['p99 = 5ms', 'a comparison is one of <, <=, >, >= and ==; did you mean "=="?', '    ^'],
    ['p99 < 380', 'p99 is compared with a duration such as 380ms', '      ^^^'],
    ['p99 <', 'p99 is compared with a duration such as 380ms', '     ^'],
    ['p99 < 1%', 'p99 is compared with a duration such as 380ms', '      ^^'],
    ['p99 < 1s or so', 'p99 is compared with a duration such as 380ms', '      ^^^^^^^^'],
    [
      'errors < 0.001',
      'errors is compared with a count such as 0, or a share such as 0.1%; did you mean 0.1%?',
      '         ^^^^^',
    ],
    [
      'p99 < 5ms and errors < 1%',
      'p99 is compared with a duration such as 380ms; a gate is one condition, so write the other one as a gate of its own',
      '      ^^^^^^^^^^^^^^^^^^^',
    ],
    ['p99 <= 1.15 baseline', 'p99 is compared with a duration such as 380ms, or 1.15 x baseline'],
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

  it('refuses a share of the rate of an operation, which is asked for none of its own', () => {
    const mixed: GateContext = { operations: ['read', 'visit'], sequences: ['visit'], rate: 100 };
    assert.throws(() => parseGate('read.qps >= 95% of rate', mixed), /leave "read\." out, or write a rate/);
    parseGate('visit.qps >= 95% of rate', mixed);
    parseGate('read.qps >= 95/s', mixed);
    parseGate('read.qps >= 95% of rate', { operations: ['read'] });
  });

  it('refuses windows that the run has none of', () => {
    const short: GateContext = { operations: [], durationSec: 5 };
    assert.throws(
      () => parseGate('p99 < 1s in every 10s window', short),
      /a run of 5 s has no window of 10 s;/,
    );
    assert.throws(() => parseGate('p99 < 1s in 3 of 5 2s windows', short), /not the 5 windows of 2 s;/);
    parseGate('p99 < 1s in every 5s window', short);
    parseGate('burn(99%, 1h) < 1', short);
    parseGate('abort when p99 > 1s in a 10s window', short);
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
    fc.integer({ min: 0, max: 5000 }).map((n) => `${n / 1000} x baseline`),
    fc.integer({ min: 0, max: 5000 }).map((n) => `${n / 10}% of baseline`),
  );
  const spans = fc.constantFrom('1s', '10s', '1m', '1m30s', '1h');
  const windows = fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    spans.map((span) => ` in every ${span} window`),
    fc
      .tuple(fc.integer({ min: 1, max: 1000 }), spans)
      .map(([n, span]) => ` in ${n / 10}% of ${span} windows`),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), spans)
      .map(([held, of, span]) => ` in ${held} of ${of} ${span} windows`),
    spans.map((span) => ` in a ${span} window`),
  );
  const sources = fc
    .tuple(
      fc.constantFrom('', 'read.', 'write.'),
      fc.constantFrom('', 'service.', 'lateness.', 'failed.', 'response.'),
      fc.oneof(
        fc.constantFrom(...metricNames),
        fc.constantFrom('status(404)', 'status(4xx)', 'grpc(internal)', 'jitter(qps)', 'jitter(max)'),
        spans.map((span) => `burn(99.9%, ${span})`),
        spans.map((span) => `burn( 50% under 3ms , ${span} )`),
      ),
      fc.constantFrom('<', '<=', '>', '>=', '=='),
      limits,
      windows,
      fc.constantFrom('', '', 'abort when '),
    )
    .map(
      ([operation, histogram, metric, comparison, limit, window, abort]) =>
        `${abort}${operation}${histogram}${metric} ${comparison} ${limit}${window}`,
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
      { numRuns: 3000 },
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
      'abort',
      'when',
      ' in ',
      'every',
      'window',
      'burn(99%, 1h)',
      'x baseline',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
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
