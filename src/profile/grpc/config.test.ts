// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what would be a variable of the environment is tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Plan, ZipfireError } from '../../core/index.js';
import { contextOf } from '../plan.test.kit.js';
import { type GrpcFlags, planFromGrpcFlags } from './flags.js';

const context = (text: string, name: string) =>
  contextOf({ files: { [name]: text, 'd.json': '{}', 'key.pem': '-----BEGIN ' }, stdin: '{"key": "i"}' });

function planOf(text: string, flags: GrpcFlags = {}, target?: string, name = 'ghz.json'): Promise<Plan> {
  return planFromGrpcFlags(target, { ...flags, config: name }, context(text, name));
}

const config = (more: object = {}) => JSON.stringify({ host: 'h:1', call: 'kv.v1.KV.Get', ...more });

async function refusal(make: Promise<unknown>): Promise<string> {
  const error = await make.then(
    () => assert.fail('expected an error, and there was none'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZipfireError) || error.exitCode !== 2) throw error;
  return error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
}

describe("a config of ghz's", () => {
  it('is read by the names that its keys have there', async () => {
    const plan = await planOf(
      config({
        insecure: true,
        total: 2000,
        concurrency: 20,
        connections: 4,
        rps: 500,
        'max-duration': '30s',
        timeout: '5s',
        'connect-timeout': '3s',
        proto: 'kv.proto',
        'import-paths': ['a', 'b'],
        data: { key: 'k{{.RequestNumber}}', n: 5, list: [1.5, true, null] },
        metadata: { 'X-Trace': '{{.UUID}}' },
        'reflect-metadata': {},
        name: 'from ghz',
        'enable-compression': true,
        'stream-interval': '10ms',
        'stream-dynamic-messages': true,
        'max-recv-message-size': '8MB',
        'max-send-message-size': '8MB',
        authority: 'kv.test',
        'duration-stop': 'close',
        cpus: 2,
        keepalive: '30s',
        'lb-strategy': 'first_pick',
        tags: { env: 'staging', build: 17 },
      }),
    );
    assert.equal(plan.name, 'from ghz');
    assert.deepEqual(plan.tags, { env: 'staging', build: '17' });
    assert.deepEqual([plan.load.pingAfterMs, plan.load.lbStrategy], [30_000, 'pick_first']);
    assert.equal(plan.target.url, 'grpc://h:1/');
    assert.equal(plan.target.authority, 'kv.test');
    assert.deepEqual(plan.phases.measure, { durationMs: 30_000, requests: 2000 });
    assert.equal(plan.phases.graceMs, 0);
    const { connections, streams, rate, workers, timeoutMs, connectTimeoutMs } = plan.load;
    assert.deepEqual(
      [connections, streams, rate, workers, timeoutMs, connectTimeoutMs],
      [4, 5, 500, 1, 5000, 3000],
    );
    assert.deepEqual(plan.grpc?.schema.importPaths, ['a', 'b']);
    assert.equal(plan.grpc?.maxMessageBytes, 8e6);
    const [operation] = plan.operations;
    assert.equal(operation?.call?.method, 'kv.v1.KV.Get');
    assert.deepEqual(operation?.call?.data, {
      kind: 'json',
      text: '{"key":"k{{.RequestNumber}}","n":5,"list":[1.5,true,null]}',
      name: 'ghz.json:1:219: data',
    });
    assert.deepEqual(operation?.headers, [['x-trace', '{{.UUID}}']]);
    assert.equal(operation?.call?.gzip, true);
    assert.deepEqual(operation?.call?.stream, {
      intervalMs: 10,
      messages: null,
      durationMs: null,
      freshValues: true,
    });
  });

  it('may be YAML', async () => {
    const yaml = 'host: h:1\ncall: kv.v1.KV/Get\ndata:\n  - key: a\n  - key: b\nduration: 5s\ntotal: 100\n';
    const plan = await planOf(yaml, {}, undefined, 'ghz.yaml');
    assert.equal(plan.operations[0]?.call?.data.kind, 'json');
    // As in ghz, which then looks at no total.
    assert.deepEqual(plan.phases.measure, { durationMs: 5000, requests: null });
  });

  it('goes after the flags', async () => {
    const given = config({ data: { key: 'a' }, concurrency: 20, total: 10, insecure: true });
    const plan = await planOf(given, { dataFile: 'd.json', concurrency: '8', tls: true }, 'other:2');
    assert.equal(plan.target.url, 'grpcs://other:2/');
    assert.deepEqual(plan.operations[0]?.call?.data, { kind: 'json', text: '{}', name: 'd.json' });
    assert.equal(plan.load.streams, 8);
    assert.equal(plan.phases.measure.requests, 10);
  });

  it('may hold what says nothing', async () => {
    const plan = await planOf(
      config({
        'load-schedule': 'const',
        'load-start': 0,
        'load-step-duration': '0s',
        'concurrency-schedule': 'const',
        rps: 0,
        duration: '0s',
        keepalive: 0,
        format: 'summary',
        output: '',
        tags: null,
        async: false,
        'count-errors': true,
        skipFirst: 0,
        cpus: 0,
        debug: '',
        'stream-call-count': 0,
      }),
    );
    assert.equal(plan.load.rate, null);
  });

  it('reads data from standard input', async () => {
    const plan = await planOf(config({ data: '@' }));
    assert.deepEqual(plan.operations[0]?.call?.data, {
      kind: 'json',
      text: '{"key": "i"}',
      name: 'standard input',
    });
  });

  it('ends a run with the shorter of its durations', async () => {
    const measure = async (durations: object) =>
      (await planOf(config({ ...durations, total: 100 }))).phases.measure;
    const five = { durationMs: 5000, requests: null };
    assert.deepEqual(await measure({ duration: '5s', 'max-duration': '30s' }), five);
    assert.deepEqual(await measure({ 'max-duration': '30s', duration: '5s' }), five);
    assert.deepEqual(await measure({ duration: '30s', 'max-duration': '5s' }), five);
    assert.deepEqual(await measure({ duration: '0s', 'max-duration': '5s' }), {
      durationMs: 5000,
      requests: 100,
    });
  });

  it('says where in the file the method and the data are, and not of those of the command line', async () => {
    const text = 'host: h:1\ncall: kv.v1.KV/Get\ndata: "{}"\n';
    const [fromFile] = (await planOf(text, {}, undefined, 'ghz.yaml')).operations;
    assert.equal(fromFile?.call?.methodAt, 'ghz.yaml:2:7: call');
    assert.equal(fromFile?.call?.data.name, 'ghz.yaml:3:7: data');
    const own = { call: 'a.B/C', data: '{"a": 1}' };
    const [given] = (await planOf(text, own, undefined, 'ghz.yaml')).operations;
    assert.equal(given?.call?.methodAt, undefined);
    assert.equal(given?.call?.data.name, '--data');
  });

  it('knows no variables of the environment', async () => {
    const plan = await planOf(config({ data: { key: '${HOME} $${x}' } }));
    const data = plan.operations[0]?.call?.data;
    assert.equal(data?.kind === 'json' && data.text, '{"key":"${HOME} $${x}"}');
  });

  const wrong: [name: string, text: string, message: RegExp][] = [
    [
      'an unknown key',
      '{"host": "h:1",\n "concurency": 5}',
      /^ghz\.json:2:2: concurency: unknown name; did you mean "concurrency"\?$/,
    ],
    [
      'a value that is none',
      '{"host": "h:1", "call": "a.B/C",\n "total": "lots"}',
      /^ghz\.json:2:11: total: expected a whole number/,
    ],
    [
      'a wrong kind',
      '{"host": "h:1", "async": "maybe"}',
      /^ghz\.json:1:26: async: expected true or false, read "maybe"$/,
    ],
    [
      'metadata that is no map',
      '{"metadata": [1]}',
      /^ghz\.json:1:14: metadata: expected names and values, read a list$/,
    ],
    ['a list', '[]', /^ghz\.json:1:1: expected a config of ghz, read a list$/],
    ['what is no JSON', '{"a" 5}', /^ghz\.json:1:\d: not YAML/],
    [
      'a schedule',
      '{"load-schedule": "setp"}',
      /ghz\.json:1:19: load-schedule: no such schedule: "setp"; did you mean "step"\?$/,
    ],
    ['skipFirst', '{"skipFirst": 10}', /skipFirst: what is left out is a time here\n→ use --warmup 2s$/],
    ['a format', '{"format": "json"}', /format: reports are asked for by flags/],
    ['tags that are no map', '{"tags": ["b"]}', /tags: expected names and values, read a list/],
    ['a log', '{"debug": "calls.log"}', /debug: the log is asked for by a flag\n→ --debug/],
    [
      'a number that was rounded',
      '{"data": {"id": 9007199254740993}}',
      /data: 9007199254740992 has lost its last digits/,
    ],
    ['no method', '{"host": "h:1"}', /^--call: missing/],
    ['no target', '{"call": "a.B/C"}', /^target: missing\n→ give host and port/],
  ];
  for (const [name, text, message] of wrong) {
    it(`says ${name}`, async () => assert.match(await refusal(planOf(text)), message));
  }

  it('is not TOML', async () => {
    assert.match(
      await refusal(planOf('', {}, 'h:1', 'ghz.toml')),
      /^--config: ghz\.toml: TOML is not read\n→ write it as YAML/,
    );
  });

  it('must be there', async () => {
    const gone = planFromGrpcFlags('h:1', { config: 'gone.json' }, contextOf());
    assert.match(await refusal(gone), /cannot read gone\.json: there is no such file/);
  });
});
