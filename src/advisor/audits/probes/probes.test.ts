import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingStatus } from '../../../core/index.js';
import type { Facts } from '../../facts.js';
import type { FilesArtifact } from '../../gather/files/index.js';
import type { Http2WatchFacts } from '../../gather/probe/http2-watch.js';
import type { IdleFacts } from '../../gather/probe/idle.js';
import type { KeepAliveFacts } from '../../gather/probe/keep-alive.js';
import type { RequestsFacts } from '../../gather/probe/requests.js';
import type { ResumptionFacts } from '../../gather/probe/resumption.js';
import { judgeAudit } from '../../judge.js';
import { loadOf } from '../live.test.kit.js';
import { assertShowable, outcomesIn } from '../outcomes.test.kit.js';
import { probeAudits } from './index.js';

const probe = (lbIdleMs: number | null = null) => ({ lbIdleMs, http1: true, http2: true });
const keepAlive = (changes: Partial<KeepAliveFacts> = {}): KeepAliveFacts => ({
  status: 200,
  looks: 1,
  ended: 0,
  server: null,
  hint: null,
  bytes: 100,
  honoured: true,
  endedBy: null,
  tcpMs: 1,
  tlsMs: 3,
  firstByteMs: 2,
  ...changes,
});
const idle = (timeoutMs: number | null, changes: Partial<IdleFacts> = {}): IdleFacts => ({
  limitMs: 10_000,
  timeoutMs,
  withinMs: timeoutMs === null ? null : 5,
  endsBy: timeoutMs === null ? null : 'fin',
  hintSec: null,
  closedMs: timeoutMs === null ? [] : [timeoutMs],
  asked: [],
  race: timeoutMs === null ? null : { sent: 15, answered: 14, lost: 1 },
  ...changes,
});
const requests = (
  answered: number,
  endedBy: RequestsFacts['endedBy'],
  changes: Partial<RequestsFacts> = {},
): RequestsFacts => {
  const one = { answered, endedBy, lost: false, lastedMs: 100, status: 200 };
  const again = endedBy !== null && answered < 100 ? [{ ...one, lastedMs: 200 }, one] : [];
  return { ...one, again, most: 2000, mostMs: 10_000, full: false, ...changes };
};
const byTime = (lastedMs: number) => {
  const one = requests(20, 'fin', { lastedMs });
  return { ...one, again: [{ ...one, answered: 10 }, one] };
};
const nowAndThen = ([first = 0, ...others]: readonly number[]) => {
  const one = requests(first, 'announced');
  return { ...one, again: others.map((answered) => ({ ...one, answered, lastedMs: 10 * answered })) };
};
const reuse = (first: number, reused: number, post: readonly number[] = [], n = 30) => ({
  firstMs: [first, first, first],
  reusedMs: Array.from({ length: n }, () => reused),
  postMs: post,
});
const resumption = (reconnects: number, resumed: number, offered = true): ResumptionFacts => ({
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  offered,
  reconnects,
  resumed,
  fullHandshakeMs: 3,
  resumedHandshakeMs: resumed === 0 ? null : 1,
  certificate: { subject: 'x', issuer: 'y', daysLeft: 30 },
});
const balancer = (kind: string, idleSec: number) =>
  // Rules of probes look at no more of the files than this.
  ({
    balancers: [{ kind, name: 'edge', file: 'ingress.yaml', line: 3, idle: { value: idleSec } }],
  }) as unknown as FilesArtifact;
const settings = (maxConcurrentStreams: number | null, initialWindowBytes = 65_535) => ({
  maxConcurrentStreams,
  initialWindowBytes,
  maxFrameBytes: 16_384,
  tcpMs: 1,
});
const alpn = (chosen: string | null) => ({ chosen, http2: chosen === 'h2', http1: true });
const over = (protocol: string | null) =>
  loadOf({}, { connections: { protocol, opened: 1, reconnects: 0, failed: 0 } });
const bodies = (bytesOut: number, completed = 1000, meanUs: number | null = 10_000) => {
  const { summary } = loadOf().result;
  const { latencyUs } = summary;
  const service = { ...latencyUs.service, mean: meanUs };
  return loadOf({}, { summary: { ...summary, completed, bytesOut, latencyUs: { ...latencyUs, service } } });
};
const watch = (changes: Partial<Http2WatchFacts> = {}): Http2WatchFacts => ({
  watchedMs: 60_000,
  goaway: { afterMs: 60_000, code: 0, codeName: 'NO_ERROR', debug: 'max_age' },
  closed: true,
  requests: 600,
  cut: 0,
  again: null,
  ...changes,
});
const young = { watchedMs: 1000, goaway: null, closed: true, requests: 10, cut: 0 };
const error = { afterMs: 60_000, code: 2, codeName: 'INTERNAL_ERROR', debug: '' };
const calm = { afterMs: 3, code: 11, codeName: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' };
const pings = (goaway: typeof calm | null, closed = goaway !== null) => ({
  intervalMs: 10_000,
  sent: 5,
  acknowledged: 5,
  roundTripMs: 1,
  goaway,
  closed,
});

const table: readonly (readonly [
  id: string,
  status: FindingStatus,
  facts: Partial<Facts>,
  shown?: RegExp,
])[] = [
  ['KA01', 'pass', { keepAlive: keepAlive() }],
  ['KA01', 'pass', { keepAlive: keepAlive({ looks: 3, ended: 2 }) }],
  [
    'KA01',
    'inconclusive',
    { keepAlive: keepAlive({ honoured: false, endedBy: 'announced', status: 429 }) },
    /429/,
  ],
  [
    'KA01',
    'fail',
    { keepAlive: keepAlive({ honoured: false, endedBy: 'announced' }) },
    /4 ms for a connection/,
  ],
  [
    'KA01',
    'fail',
    { keepAlive: keepAlive({ honoured: false, endedBy: 'silence', tlsMs: null }) },
    /never answered/,
  ],
  ['KA02', 'notApplicable', { probe: probe(), idle: idle(5000) }, /--lb-idle/],
  ['KA02', 'fail', { probe: probe(60_000), idle: idle(5000) }, /75/],
  [
    'KA02',
    'fail',
    { probe: probe(), idle: idle(5000), files: balancer('gcp', 600) },
    /gcp of edge \(ingress.yaml:3\)/,
  ],
  ['KA02', 'pass', { probe: probe(60_000), idle: idle(75_000) }],
  ['KA02', 'pass', { probe: probe(60_000), idle: idle(null, { limitMs: 70_000 }) }],
  ['KA02', 'inconclusive', { probe: probe(60_000), idle: idle(null) }, /--idle-limit 75s/],
  ['KA02', 'notApplicable', { probe: probe(60_000), idle: idle(60_300) }, /KA03/],
  ['KA03', 'notApplicable', { probe: probe(), idle: idle(5000) }],
  [
    'KA03',
    'fail',
    { probe: probe(60_000), idle: idle(60_300) },
    /1 of 15 requests sent at the limit were lost/,
  ],
  ['KA03', 'fail', { probe: probe(60_000), idle: idle(59_700, { race: null }) }],
  ['KA03', 'fail', { probe: probe(4000), idle: idle(3700) }, /server closes after 3.7 s, .* after 4 s/],
  // Time enough to be first always: KA02.
  ['KA03', 'pass', { probe: probe(3000), idle: idle(2000.3) }],
  ['KA02', 'fail', { probe: probe(3000), idle: idle(2000.3) }],
  ['KA03', 'pass', { probe: probe(60_000), idle: idle(75_000) }],
  ['KA03', 'pass', { probe: probe(60_000), idle: idle(null, { limitMs: 75_000 }) }],
  ['KA03', 'inconclusive', { probe: probe(60_000), idle: idle(null) }],
  ['KA04', 'fail', { probe: probe(), idle: idle(6000, { hintSec: 5 }) }, /"medium"/],
  ['KA04', 'fail', { probe: probe(60_000), idle: idle(5000, { hintSec: 5 }) }, /"high"/],
  ['KA04', 'pass', { probe: probe(), idle: idle(20_000, { hintSec: 5 }) }],
  ['KA04', 'pass', { probe: probe(), idle: idle(null, { hintSec: 5 }) }],
  ['KA04', 'inconclusive', { probe: probe(), idle: idle(null, { hintSec: 5, limitMs: 5000 }) }],
  ['KA04', 'pass', { probe: probe(), idle: idle(null, { hintSec: 65 }) }],
  [
    'KA04',
    'notApplicable',
    { probe: probe(), idle: idle(5000, { hintSec: 5 }), keepAlive: keepAlive({ server: 'Apache/2.4' }) },
    /Apache/,
  ],
  ['KA04', 'notApplicable', { probe: probe(), idle: idle(5000, { hintSec: null }) }],
  ['KA06', 'fail', { requests: requests(99, 'announced') }, /one in 99/],
  ['KA06', 'fail', { requests: requests(7, 'fin') }, /does not announce/],
  ['KA06', 'pass', { requests: requests(100, 'announced') }],
  ['KA06', 'pass', { requests: requests(2000, null), files: balancer('aws-alb', 60) }],
  ['KA06', 'fail', { requests: requests(2000, null), files: balancer('aws-nlb', 350) }, /"low"/],
  ['KA06', 'notApplicable', { requests: requests(1, 'announced') }, /KA01/],
  // 20 in a second, 10 of them at half the pace: it is the second.
  ['KA06', 'fail', { requests: byTime(1000) }, /ends a connection 1 s after it began/],
  ['KA06', 'pass', { requests: byTime(20_000) }],
  ['KA06', 'fail', { requests: nowAndThen([2, 9, 4]) }, /after 2 to 9 requests/],
  ['KA06', 'pass', { requests: nowAndThen([2, 9, 180]) }],
  ['KA06', 'inconclusive', { requests: requests(30, null, { status: 429 }) }, /answered 429 after 30/],
  ['KA06', 'inconclusive', { requests: requests(7, 'announced', { status: 500 }) }, /answered 500/],
  ['KA06', 'inconclusive', { requests: { ...nowAndThen([7, 60, 60]), endedBy: 'silence' } }, /in time once/],
  ['KA06', 'inconclusive', { requests: requests(6, null, { full: true }) }, /small one/],
  ['KA06', 'inconclusive', { requests: requests(50, null) }, /--probe-time/],
  ['KA13', 'fail', { probe: probe(), idle: idle(1000) }, /after 1 s.*keepalive_timeout 105s/],
  [
    'KA13',
    'fail',
    { probe: probe(), idle: idle(2000), keepAlive: keepAlive({ server: 'gunicorn' }) },
    /"gunicorn --keep-alive 105"/,
  ],
  ['KA13', 'pass', { probe: probe(), idle: idle(5000) }],
  ['KA13', 'pass', { probe: probe(), idle: idle(null) }],
  ['KA13', 'inconclusive', { probe: probe(), idle: idle(null, { limitMs: 2000 }) }, /--idle-limit 10s/],
  ['KA13', 'notApplicable', { probe: probe(60_000), idle: idle(1000) }, /KA02/],
  ['KA13', 'notApplicable', { probe: probe(), idle: idle(1000, { endsBy: 'rst' }) }, /KA07/],
  ['KA07', 'pass', { idle: idle(5000) }],
  ['KA07', 'pass', { idle: idle(5990, { hintSec: 5 }) }],
  ['KA07', 'fail', { idle: idle(5000, { endsBy: 'rst' }) }, /RST/],
  ['KA07', 'fail', { idle: idle(5000, { endsBy: 'silence' }) }, /never answered.*IdleConnTimeout: 3/],
  ['KA07', 'fail', { idle: idle(5000, { endsBy: 'reset-on-use' }) }, /forgotten/],
  ['KA07', 'fail', { idle: idle(5000, { hintSec: 30 }) }, /timeout=30/],
  ['KA07', 'notApplicable', { idle: idle(null) }],
  ['KA11', 'fail', { reuse: reuse(0.3, 44) }, /44 ms/],
  ['KA11', 'fail', { reuse: reuse(0.3, 0.2, Array(10).fill(41)) }, /two segments take 41 ms/],
  ['KA11', 'pass', { reuse: reuse(0.3, 0.2) }],
  // A service that takes 44 ms by itself does so from the first request on.
  ['KA11', 'pass', { reuse: reuse(44, 44) }],
  // One that takes its time is late by 40 ms now and then, too.
  [
    'KA11',
    'pass',
    { reuse: { ...reuse(2000, 0), reusedMs: Array.from({ length: 30 }, (_, i) => 1900 + 17 * i) } },
  ],
  ['KA11', 'inconclusive', { reuse: reuse(1, 44, [], 4) }],
  ['KA11', 'inconclusive', { reuse: { firstMs: [], reusedMs: [], postMs: [] } }],
  ['TLS1', 'pass', { resumption: resumption(20, 20) }],
  ['TLS1', 'fail', { resumption: resumption(20, 0) }, /none of 20/],
  ['TLS1', 'fail', { resumption: resumption(0, 0, false) }, /nothing to resume/],
  ['TLS1', 'fail', { resumption: resumption(20, 5) }, /one in 4/],
  ['TLS1', 'fail', { resumption: resumption(20, 15) }, /some replica/],
  ['TLS1', 'inconclusive', { resumption: resumption(4, 4) }],
  ['H201', 'fail', { probe: probe(), http2Settings: settings(1) }, /more than 1 at once/],
  ['H201', 'pass', { probe: probe(), http2Settings: settings(100) }],
  ['H201', 'notApplicable', { probe: probe(), http2Settings: settings(null) }, /H202/],
  ['H202', 'fail', { probe: probe(), http2Settings: settings(null) }],
  ['H202', 'fail', { probe: probe(), http2Settings: settings(2 ** 31 - 1) }],
  ['H202', 'pass', { probe: probe(), http2Settings: settings(128) }],
  ['H203', 'fail', { load: bodies(1e9), http2Settings: settings(1), keepAlive: keepAlive() }, /waits/],
  [
    'H203',
    'fail',
    {
      load: bodies(1e9),
      http2Settings: settings(128),
      handshake: { tcpMs: 10, tlsMs: 1, n: 5, version: null },
    },
  ],
  ['H203', 'pass', { load: bodies(1e5), http2Settings: settings(128) }],
  ['H203', 'pass', { load: bodies(1e9), http2Settings: settings(128, 2 ** 20) }],
  [
    'H203',
    'pass',
    { load: bodies(1e8), http2Settings: settings(128), keepAlive: keepAlive({ tcpMs: 0.05 }) },
  ],
  ['H203', 'fail', { load: bodies(1e9), http2Settings: settings(128) }, /waits/],
  ['H203', 'inconclusive', { load: bodies(1e9, 0, null), http2Settings: settings(128) }],
  ['H203', 'notApplicable', { load: over('http/1.1'), http2Settings: settings(128) }],
  ['H204', 'pass', { load: over('h2'), alpn: alpn('h2') }],
  ['H204', 'fail', { load: over('http/1.1'), alpn: alpn('h2') }, /--http2/],
  ['H204', 'fail', { load: over('h2'), alpn: alpn('http/1.1') }],
  ['H204', 'notApplicable', { load: over('http/1.1'), alpn: alpn(null) }],
  ['H204', 'notApplicable', { load: over(null), alpn: alpn('h2') }],
  ['G01', 'pass', { pings: pings(null) }],
  ['G01', 'fail', { pings: pings(calm) }, /too_many_pings.*MinTime: +5 \* time\.Second/],
  ['G01', 'fail', { pings: pings(null, true) }, /closed the connection/],
  ['G01', 'inconclusive', { pings: pings(error) }, /INTERNAL_ERROR.*not for pings/],
  ['G01', 'inconclusive', { pings: pings(null, true), http2Watch: watch({ again: young }) }, /without pings/],
  ['G03', 'pass', { http2Watch: watch() }],
  ['G03', 'fail', { http2Watch: watch({ cut: 2 }) }, /2 requests were cut/],
  ['G03', 'fail', { http2Watch: watch({ goaway: error }) }, /INTERNAL_ERROR/],
  ['G03', 'fail', { http2Watch: watch({ goaway: null }) }, /without GOAWAY/],
  ['G03', 'fail', { http2Watch: watch({ watchedMs: 1000 }) }, /reconnect all the time/],
  ['G03', 'fail', { http2Watch: watch({ ...young, again: young }) }, /reconnect all the time/],
  [
    'G03',
    'inconclusive',
    { http2Watch: watch({ ...young, again: { ...young, closed: false } }) },
    /began again/,
  ],
  ['G03', 'notApplicable', { http2Watch: watch({ closed: false, goaway: null }) }, /--probe-time/],
];

for (const [id, status, facts, shown] of table) {
  test(`${id}: ${status}, by ${Object.keys(facts).join(' and ')}${shown === undefined ? '' : `, ${shown}`}`, () => {
    const audit = probeAudits.find((each) => each.id === id);
    assert.ok(audit !== undefined);
    const findings = judgeAudit(audit, { facts, failed: {} });
    assert.deepEqual(
      findings.map((finding) => [finding.status, finding.status === 'error' ? finding.why : null]),
      [[status, null]],
    );
    if (status === 'fail') {
      assert.ok(findings[0]?.why && findings[0].fix);
      assertShowable(findings[0].fix);
    }
    assert.match(JSON.stringify(findings), shown ?? /./);
  });
}

test('every rule of probes is in the table, with each outcome that it can give', () => {
  const cases = new Set(table.map(([id, status]) => `${id} ${status}`));
  const wanted = probeAudits.flatMap(({ id, guard }) => {
    const source = new URL(`${id.toLowerCase()}.js`, import.meta.url);
    return [...outcomesIn(source), ...(guard === undefined ? [] : ['notApplicable'])].map(
      (status) => `${id} ${status}`,
    );
  });
  assert.ok(wanted.length > 2 * probeAudits.length);
  assert.deepEqual(
    wanted.filter((each) => !cases.has(each)),
    [],
  );
});
