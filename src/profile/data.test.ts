import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunFlags } from './flags.js';
import { planFromGrpcFlags } from './grpc/flags.js';
import { loadProfile } from './load.js';
import { contextOf, load, refusal, run } from './plan.test.kit.js';
import { redactPlan } from './redact.js';

const files = {
  'users.csv': 'id,name,line,token\n1,Ann,"a\nb",t-1\n2,Bob,c,t-2\n3,Cy,d,"t 3é"\n',
  'dir/users.jsonl': '{"id":1,"user":{"name":"Ann"}}\n{"id":2,"user":{"name":"Bob"}}\n',
  'empty.csv': '',
  'ragged.csv': 'a,b\n1\n',
  'latin1.csv': Buffer.from('id\n\xfc\n', 'latin1'),
};
const world = { files };

/** A profile with these parts. */
function profile(parts: { data?: string; operation?: string; more?: string }): string {
  const { data = 'users: { csv: users.csv }', operation = 'get: "/{{users.id}}"', more = '' } = parts;
  return `version: 1\ntarget: http://h\nkeys: { user: { uniform: { n: 3 } }, many: { uniform: { n: 4 } } }
data:\n  ${data}\noperations:\n  read: { ${operation} }\n${more}`;
}

const plan = (parts: Parameters<typeof profile>[0], flags: RunFlags = {}) =>
  load(profile(parts), flags, world);
const said = (parts: Parameters<typeof profile>[0], flags: RunFlags = {}) =>
  refusal(() => plan(parts, flags));

describe('data of a profile', () => {
  it('is read, the columns that are used and no others', () => {
    const { users } = plan({ operation: 'put: "/{{users.id}}", body: "{{users.line}}"' }).data ?? {};
    assert.deepEqual(users?.table.columns, ['id', 'line']);
    assert.equal(users.table.rows, 3);
    assert.deepEqual(users.order, { kind: 'sequential' });
    assert.equal(users.once, false);
  });

  it('is CSV or JSON lines, in an order', () => {
    const given = plan({
      data: 'users: { jsonl: dir/users.jsonl, order: random }\n  rows: { csv: users.csv, order: { keys: user } }',
      operation: 'get: "/{{users.user.name}}/{{rows.id}}"',
    }).data;
    assert.deepEqual(given?.['users']?.table.columns, ['user.name']);
    assert.deepEqual(given['users'].order, { kind: 'random' });
    assert.deepEqual(given['rows']?.order, { kind: 'keys', keys: 'user' });
  });

  it('is not in the plan when nothing uses it', () => {
    assert.equal(plan({ operation: 'get: "/"' }).data, undefined);
  });

  it('is shown in a result by its file and its size, and nothing of it', () => {
    const shown = redactPlan(plan({ operation: 'get: "/{{users.name}}"' }));
    assert.deepEqual(shown['data'], {
      users: { file: 'users.csv', order: { kind: 'sequential' }, once: false, columns: ['name'], rows: 3 },
    });
    assert.doesNotMatch(JSON.stringify(shown), /Ann/);
  });

  const refused: [what: string, parts: Parameters<typeof profile>[0], message: RegExp][] = [
    [
      'a missing file',
      { data: 'users: { csv: nothing.csv }' },
      /hot\.yaml:5:10: data\.users: cannot read nothing\.csv/,
    ],
    ['an empty file', { data: 'users: { csv: empty.csv }' }, /data\.users: empty\.csv is empty/],
    [
      'a ragged row',
      { data: 'users: { csv: ragged.csv }' },
      /data\.users: ragged\.csv:2: 1 field, and the header has 2/,
    ],
    ['what is not UTF-8', { data: 'users: { csv: latin1.csv }' }, /latin1\.csv:2: not UTF-8/],
    ['no file', { data: 'users: { order: random }' }, /expected one file: csv or jsonl/],
    ['two files', { data: 'users: { csv: users.csv, jsonl: dir/users.jsonl }' }, /expected one file/],
    [
      'an unknown order',
      { data: 'users: { csv: users.csv, order: backwards }' },
      /expected sequential, random, or \{ keys: name \}, read "backwards"/,
    ],
    [
      'keys that are not there',
      { data: 'users: { csv: users.csv, order: { keys: usr } }' },
      /order: no keys of this name\n→ did you mean "user"\?/,
    ],
    [
      'more keys than rows',
      { data: 'users: { csv: users.csv, order: { keys: many } }' },
      /order: \{\{many\}\} has 4 keys, and there are 3 rows\n→ give the keys n=3/,
    ],
    [
      'an unknown column',
      { operation: 'get: "/{{users.nmae}}"' },
      /operations\.read\.get: \{\{users\.nmae\}\}: users has no column "nmae"\n→ did you mean "name"\?/,
    ],
    [
      'data without a column',
      { operation: 'get: "/{{users}}"' },
      /\{\{users\}\} names data without a column/,
    ],
    [
      'a line break in a header',
      { operation: 'get: "/", headers: { X-A: "{{users.line}}" }' },
      /users\.csv:2: "line" goes into the header X-A, and holds a line break/,
    ],
    [
      'what is no method',
      { operation: 'method: "{{users.token}}", path: "/"' },
      /users\.csv:5: "token" goes into the method, and is no method/,
    ],
    [
      'once in a random order',
      { data: 'users: { csv: users.csv, order: random, once: true }' },
      /once is for rows that are taken in order/,
    ],
    [
      'once with a warm-up',
      { data: 'users: { csv: users.csv, once: true }', more: 'phases: { warmup: 1s }' },
      /phases\.warmup: the rows of "users" are taken once, and a warm-up takes some too/,
    ],
    [
      'once with repeats',
      { data: 'users: { csv: users.csv, once: true }', more: 'phases: { repeat: 2 }' },
      /phases\.repeat: .*a repeat takes them again/,
    ],
  ];
  for (const [what, parts, message] of refused)
    it(`refuses ${what}`, () => assert.match(said(parts), message));

  it('is read to a bound, as whatever comes from outside', () => {
    const asked = new Map<string, number>();
    const context = contextOf({ files: { ...files, 'hot.yaml': profile({}) } });
    const readFile = (path: string, maxBytes: number) => {
      asked.set(path, maxBytes);
      return context.readFile(path, path === 'users.csv' ? 3 : maxBytes);
    };
    assert.match(
      refusal(() => loadProfile('hot.yaml', {}, { ...context, readFile })),
      /data\.users: users\.csv is larger than/,
    );
    assert.equal(asked.get('users.csv'), 256 * 2 ** 20);
  });

  it('that is taken once bounds the requests', () => {
    const data = 'users: { csv: users.csv, once: true }';
    assert.deepEqual(plan({ data }).phases.measure, { durationMs: null, requests: 3 });
    assert.equal(plan({ data }, { requests: '2' }).phases.measure.requests, 2);
    assert.deepEqual(plan({ data }, { duration: '5s' }).phases.measure, { durationMs: 5000, requests: 3 });
  });

  it('by keys lets a prefill write them', () => {
    const parts = {
      data: 'users: { csv: users.csv, order: { keys: user } }',
      more: 'phases: { prefill: { operation: read, keys: user, count: 3 } }',
    };
    assert.equal(plan(parts).phases.prefill?.count, 3);
    assert.match(said({ ...parts, data: 'users: { csv: users.csv }' }), /does not use \{\{user\}\}/);
  });
});

describe('--feed', () => {
  const feed = (flag: string, url = 'http://h/{{row.id}}') => run(url, { feed: [flag] }, world).data;

  it('is row, unless it is named', () => {
    assert.equal(feed('users.csv')?.['row']?.table.rows, 3);
    assert.equal(feed('users=users.csv', 'http://h/{{users.id}}')?.['users']?.table.rows, 3);
  });

  const orders: [flag: string, order: object, once: boolean][] = [
    ['users.csv', { kind: 'sequential' }, false],
    ['users.csv:sequential', { kind: 'sequential' }, false],
    ['users.csv:random', { kind: 'random' }, false],
    ['users.csv:once', { kind: 'sequential' }, true],
    ['dir/users.jsonl:random', { kind: 'random' }, false],
  ];
  for (const [flag, order, once] of orders) {
    it(`${flag} has an order`, () => {
      const feeder = feed(flag)?.['row'];
      assert.deepEqual([feeder?.order, feeder?.once], [order, once]);
    });
  }

  it('goes by keys, which then are used', () => {
    const flags = { feed: ['users.csv:keys=key'], keys: ['uniform:n=3'] };
    const { data } = run('http://h/{{row.id}}', flags, world);
    assert.deepEqual(data?.['row']?.order, { kind: 'keys', keys: 'key' });
  });

  it('takes the place of a profile’s data', () => {
    const given = plan({}, { feed: ['dir/users.jsonl:random'] }).data;
    assert.deepEqual(given?.['users']?.order, { kind: 'random' });
    assert.equal(given['users'].table.rows, 2);
  });

  const refused: [flags: RunFlags, message: RegExp][] = [
    [{ feed: ['nothing.csv'] }, /^--feed: cannot read nothing\.csv/],
    [{ feed: ['users.csv', 'users.csv'] }, /--feed: two files for \{\{row\.…\}\}/],
    [{ feed: ['users.csv', 'more=users.csv'] }, /--feed: nothing uses \{\{more\.…\}\}/],
    [{ feed: ['users.csv:keys=usr'] }, /--feed: no keys of this name/],
    [{ feed: ['row='] }, /--feed: expected a file/],
  ];
  for (const [flags, message] of refused) {
    it(`refuses ${flags.feed?.join(' ')}`, () =>
      assert.match(
        refusal(() => run('http://h/{{row.id}}', flags, world)),
        message,
      ));
  }

  it('fills gRPC calls, whose metadata is printable ASCII', async () => {
    const flags = { call: 'a.B/C', feed: ['users.csv'], data: '{"id": "{{row.id}}"}' };
    const call = (more: object) => planFromGrpcFlags('h:1', { ...flags, ...more }, contextOf(world));
    assert.deepEqual((await call({})).data?.['row']?.table.columns, ['id']);
    await assert.rejects(
      call({ header: ['x-token: {{row.token}}'] }),
      /users\.csv:5: "token" goes into the metadata x-token, and is not printable ASCII/,
    );
    await assert.rejects(
      call({ header: ['x-token-bin: {{row.token}}'] }),
      /users\.csv:2: "token" .* is no base64/,
    );
  });
});

describe('headers with weights', () => {
  const weighted = 'get: "/", weight: 2, headers: { x-env: { prod: 90, canary: 10 }, X-B: c }';
  const parts = (operation = weighted, more = '') => ({ operation, more: `  write: { put: "/" }\n${more}` });

  it('make an operation into one for each value', () => {
    const { operations } = plan(parts());
    assert.deepEqual(
      operations.map(({ name, partOf, weight, headers }) => [name, partOf, weight, headers]),
      [
        [
          'read[x-env=prod]',
          'read',
          1.8,
          [
            ['X-B', 'c'],
            ['x-env', 'prod'],
          ],
        ],
        [
          'read[x-env=canary]',
          'read',
          0.2,
          [
            ['X-B', 'c'],
            ['x-env', 'canary'],
          ],
        ],
        ['write', undefined, 1, []],
      ],
    );
  });

  it('combine', () => {
    const { operations } = plan(parts('get: "/", headers: { a: { x: 1, y: 3 }, b: { "1": 1, "2": 1 } }'));
    assert.deepEqual(
      operations.slice(0, 4).map(({ name, weight }) => [name, weight]),
      [
        ['read[a=x][b=1]', 0.125],
        ['read[a=x][b=2]', 0.125],
        ['read[a=y][b=1]', 0.375],
        ['read[a=y][b=2]', 0.375],
      ],
    );
  });

  it('let gates name the whole and each part', () => {
    const gates = 'gates: [ "read.p99 < 1s", "read[x-env=canary].p99 < 2s" ]';
    assert.equal(plan(parts(weighted, gates)).gates.length, 2);
    assert.match(
      said(parts(weighted, 'gates: [ "read[x-env=cnary].p99 < 2s" ]')),
      /did you mean "read\[x-env=canary\]"\?/,
    );
    const stricter = plan(parts(weighted, gates), { gate: ['read[x-env=canary].p99 < 1ms'] });
    assert.deepEqual(stricter.gates, ['read.p99 < 1s', 'read[x-env=canary].p99 < 1ms']);
  });

  it('are replaced by -H', () => {
    assert.deepEqual(
      plan(parts(), { header: ['X-Env: all'] }).operations.map(({ name }) => name),
      ['read', 'write'],
    );
  });

  it('are metadata of gRPC calls too', () => {
    const { operations } = load(
      'version: 1\ntarget: grpc://h:1\noperations: { get: { call: a.B/C, metadata: { X-Env: { prod: 9, canary: 1 } } } }',
    );
    assert.deepEqual(
      operations.map(({ name, headers }) => [name, headers]),
      [
        ['get[x-env=prod]', [['x-env', 'prod']]],
        ['get[x-env=canary]', [['x-env', 'canary']]],
      ],
    );
  });

  const refused: [headers: string, message: RegExp][] = [
    ['{ a: { x: 0 } }', /headers\.a: the weights sum to nothing/],
    ['{ a: {} }', /headers\.a: the weights sum to nothing/],
    ['{ a: { x: many } }', /expected a number/],
    ['{ a: { "x]": 1 } }', /without \[ and \]/],
    ['{ a: { "": 1 } }', /a value of 1 to 64 characters/],
    ['{ Host: { x: 1 } }', /the Host header has one value/],
    ['{ Authorization: { x: 1 } }', /a secret may not have weights/],
    ['{ a: { "{{usr}}": 1 } }', /\{\{usr\}\} names neither/],
    ['{ "a b": { x: 1 } }', /expected a header name/],
  ];
  for (const [headers, message] of refused) {
    it(`refuse ${headers}`, () =>
      assert.match(said({ operation: `get: "/", headers: ${headers}` }), message));
  }

  it('are refused when they make too many operations', () => {
    const values = Array.from({ length: 20 }, (_, i) => `v${i}: 1`).join(', ');
    const headers = `{ a: { ${values} }, b: { ${values} } }`;
    assert.match(
      said({ operation: `get: "/", headers: ${headers}` }),
      /make 400 operations; expected 256 at most/,
    );
  });
});

describe('sizes of bodies', () => {
  const body = (text: string) => plan({ operation: `put: "/", body: ${text}` }).operations[0]?.body;
  const read: [text: string, size: unknown, random: boolean][] = [
    ['{ bytes: { uniform: { min: 10, max: 4KiB } } }', { kind: 'uniform', min: 10, max: 4096 }, false],
    [
      '{ random: { lognormal: { median: 1KiB, sigma: 1.5, max: 1MiB } } }',
      { kind: 'lognormal', median: 1024, sigma: 1.5, min: 0, max: 2 ** 20 },
      true,
    ],
    [
      '{ random: { weighted: { 100: 90, 10KiB: 9, 1MiB: 1 } } }',
      { kind: 'weighted', sizes: [100, 10_240, 2 ** 20], weights: [90, 9, 1] },
      true,
    ],
  ];
  for (const [text, size, random] of read) {
    it(`are drawn: ${text}`, () => assert.deepEqual(body(text), { kind: 'bytes', size, random }));
  }

  const refused: [text: string, message: RegExp][] = [
    ['{ bytes: { uniform: { min: 5, max: 4 } } }', /body\.bytes: min is 5 bytes, and max is 4/],
    ['{ bytes: { uniform: { min: 5 } } }', /uniform: max is missing/],
    ['{ bytes: { uniform: { min: 5, max: 6, mean: 5 } } }', /uniform: unknown name "mean"/],
    ['{ bytes: { zipf: { n: 5 } } }', /expected a size such as 4KiB, or one of uniform, lognormal, weighted/],
    ['{ bytes: { lognormal: { median: 1, sigma: 0, max: 5 } } }', /sigma must be in \(0, 10\], read "0"/],
    ['{ bytes: { lognormal: { median: 0, sigma: 1, max: 5 } } }', /the median must be 1 or more/],
    ['{ bytes: { uniform: { min: 5, max: 1GiB } } }', /a body has 16MiB at most/],
    ['{ bytes: { weighted: { 5: 0 } } }', /the weights sum to nothing/],
    ['{ bytes: { weighted: { many: 1 } } }', /expected a size/],
  ];
  for (const [text, message] of refused) {
    it(`are refused: ${text}`, () =>
      assert.match(
        refusal(() => body(text)),
        message,
      ));
  }
});

describe('trace', () => {
  it('is a share of the requests, from a profile or a flag', () => {
    assert.equal(plan({}).trace, undefined);
    assert.deepEqual(plan({ more: 'trace: { share: 1% }' }).trace, { share: 0.01 });
    assert.deepEqual(run('http://h/', { trace: '0.5' }).trace, { share: 0.5 });
  });

  it('is refused beside a traceparent of one’s own, and as nothing', () => {
    const own = { operation: 'get: "/", headers: { TraceParent: x }', more: 'trace: { share: 1% }' };
    assert.match(said(own), /headers\.TraceParent: requests are traced, and that sets it/);
    assert.match(
      refusal(() => run('http://h/', { trace: '0' })),
      /--trace: a share of 0 is none/,
    );
    assert.match(
      refusal(() => run('http://h/', { trace: '200%' })),
      /--trace/,
    );
  });
});
