import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Feeder, type PlanOperation, type Text, ZipfireError } from '../core/index.js';
import { byteString } from './bytes.js';
import { checkTemplate, compileOperation, createDataSources, readCsv, rowLimits } from './index.js';

const context = {
  seed: 7,
  worker: 3,
  keys: { key: (hit: number) => `user_${hit}`, odd: () => byteString('a b/ü') },
};

function operation(change: Partial<PlanOperation>): PlanOperation {
  return { name: 'op', weight: 1, method: 'GET', path: '/', headers: [], body: null, ...change };
}

function render(text: Text, sources: readonly ((hit: number) => string)[], hit: number): string {
  return text.map((part) => (typeof part === 'number' ? sources[part]?.(hit) : part)).join('');
}

function renderAll(change: Partial<PlanOperation>, hit = 5) {
  const { operation: compiled, sources } = compileOperation(operation(change), context);
  const text = (part: Text) => render(part, sources, hit);
  return {
    target: text(compiled.target),
    headers: compiled.headers.map(({ name, value }) => `${name}: ${text(value)}`),
    body: compiled.body === null ? null : text(compiled.body),
    sources,
  };
}

describe('templates', () => {
  const bodies: [template: string, body: string][] = [
    ['', ''],
    ['plain', 'plain'],
    ['{{key}}', 'user_5'],
    ['{{ key }}-{{key}}', 'user_5-user_5'],
    ['a{{hit}}b{{worker}}c', 'a5b3c'],
    ['\\{{key}}', '{{key}}'],
    ['{"a":{"b":"{{key}}"}}', '{"a":{"b":"user_5"}}'],
    ['}} {', '}} {'],
  ];
  for (const [template, body] of bodies) {
    it(`renders ${JSON.stringify(template)}`, () => {
      assert.equal(renderAll({ body: { kind: 'text', template } }).body, body);
    });
  }

  const refused: [template: string, message: RegExp][] = [
    ['{{key', /"\{\{" at column 1 has no "\}\}"/],
    ['ab{{ }}', /at column 3 names nothing/],
    ['{{nobody}}', /names neither a key nor a variable/],
    ['{{constructor}}', /names neither/],
    ['{{randomInt 5}}', /takes 2 argument/],
    ['{{randomInt 5 4}}', /max must be an integer in \[5, /],
    ['{{randomString 0}}', /length must be an integer in \[1, /],
    ['{{uuid 1}}', /takes 0 argument/],
  ];
  for (const [template, message] of refused) {
    it(`refuses ${template}`, () => {
      assert.throws(() => checkTemplate(template, { keys: ['key'], inCall: false }), message);
      assert.throws(() => renderAll({ body: { kind: 'text', template } }), ZipfireError);
    });
  }

  it('makes one value of a hole that is written twice', () => {
    assert.equal(
      renderAll({ path: '/{{uuid}}', body: { kind: 'text', template: '{{uuid}}' } }).sources.length,
      2,
    );
    assert.equal(renderAll({ body: { kind: 'text', template: '{{uuid}}{{uuid}}' } }).sources.length, 1);
  });

  it('draws the same values for the same seed and hit', () => {
    const change = {
      body: { kind: 'text', template: '{{uuid}} {{randomInt 1 1000}} {{randomString 8}}' },
    } as const;
    assert.equal(renderAll(change, 9).body, renderAll(change, 9).body);
    assert.notEqual(renderAll(change, 9).body, renderAll(change, 10).body);
  });

  it('writes uuids of version 4', () => {
    fc.assert(
      fc.property(fc.nat(), (hit) => {
        const { body } = renderAll({ body: { kind: 'text', template: '{{uuid}}' } }, hit);
        assert.match(body ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('keeps randomInt within its bounds and reaches both', () => {
    const seen = new Set<string | null>();
    for (let hit = 0; hit < 500; hit++) {
      seen.add(renderAll({ body: { kind: 'text', template: '{{randomInt -2 2}}' } }, hit).body);
    }
    assert.deepEqual([...seen].sort(), ['-1', '-2', '0', '1', '2']);
  });
});

describe('request target', () => {
  it('percent-encodes fixed text and values, and leaves reserved characters', () => {
    assert.equal(
      renderAll({ path: '/ä b?x=1&y={{odd}}%20%zz' }).target,
      '/%C3%A4%20b?x=1&y=a%20b/%C3%BC%20%25zz',
    );
  });
});

describe('rows of data', () => {
  const bytes = Buffer.from(
    'id,name,first name,path,line\n1,"a/b?c=d&e%41 ü",Ann,a/b?c=ü&%41%zz,"x\ny"\n2,plain,Bob,x,z\n',
  );
  const wanted = new Set(['id', 'name', 'first name', 'path', 'line']);
  const { table } = readCsv({ bytes, name: 'users.csv', wanted, limits: rowLimits });
  const users: Feeder = { file: 'users.csv', order: { kind: 'sequential' }, once: false, table };
  const data = createDataSources({ users }, 7, {});

  function render(change: Partial<PlanOperation>, hit: number) {
    const { operation: compiled, sources } = compileOperation(operation(change), { ...context, data });
    const text = (parts: Text) =>
      parts.map((part) => (typeof part === 'number' ? sources[part]?.(hit) : part)).join('');
    return { target: text(compiled.target), body: text(compiled.body ?? []), sources };
  }
  const body = (template: string) => ({ body: { kind: 'text', template } }) as const;

  it('are one value in a request target, whatever is in them', () => {
    const path = '/{{users.id}}?name={{users.name}}&x=1';
    assert.equal(render({ path }, 0).target, '/1?name=a%2Fb%3Fc%3Dd%26e%2541%20%C3%BC&x=1');
    assert.equal(render({ path }, 1).target, '/2?name=plain&x=1');
    const url = new URL(render({ path }, 0).target, 'http://h');
    assert.equal(url.searchParams.get('name'), 'a/b?c=d&e%41 ü');
  });

  it('keep what is reserved with raw', () => {
    assert.equal(render({ path: '/{{raw users.path}}' }, 0).target, '/a/b?c=%C3%BC&%41%25zz');
  });

  it('are as they are elsewhere', () => {
    const { body: text } = render(body('{{users.name}}|{{users.first name}}|{{ users.line }}'), 0);
    assert.equal(text, byteString('a/b?c=d&e%41 ü|Ann|x\ny'));
  });

  it('take one row in all holes of a hit', () => {
    assert.equal(render(body('{{users.id}} {{users.first name}} {{users.id}}'), 3).body, '2 Bob 2');
    assert.equal(render(body('{{users.id}} {{users.id}}'), 3).sources.length, 1);
  });

  const refused: [template: string, message: RegExp, hint: RegExp][] = [
    ['{{users.nmae}}', /\{\{users\.nmae\}\}: users has no column "nmae"/, /did you mean "name"\?/],
    ['{{users}}', /names data without a column/, /write \{\{users\.id\}\}/],
    ['{{user.id}}', /names neither a key nor a variable/, /did you mean "users\.id"\?/],
    ['{{raw nothing}}', /names neither/, /./],
  ];
  for (const [template, message, hint] of refused) {
    it(`refuse ${template}`, () => {
      const isRefused = (error: unknown) =>
        error instanceof ZipfireError && message.test(error.message) && hint.test(error.hint ?? '');
      const known = { keys: ['key'], data: { users: table.columns }, inCall: false };
      assert.throws(() => checkTemplate(template, known), isRefused);
      assert.throws(
        () => render(body(template), 0),
        (error) => error instanceof ZipfireError,
      );
    });
  }

  it('are not looked into while nobody knows the columns', () => {
    assert.doesNotThrow(() =>
      checkTemplate('{{users.any}}', { keys: [], data: { users: null }, inCall: false }),
    );
  });
});

describe('values that differ in their characters', () => {
  it('are encoded each for itself in a request target', () => {
    const { operation: compiled, sources } = compileOperation(
      operation({ path: '/{{weighted a:1 ü:1}}' }),
      context,
    );
    const [, hole] = compiled.target;
    const seen = new Set(Array.from({ length: 50 }, (_, hit) => sources[Number(hole)]?.(hit)));
    assert.deepEqual([...seen].sort(), ['%C3%BC', 'a']);
  });

  it('may be bytes that are no text', () => {
    const { sources } = compileOperation(operation({ path: '/{{int64 hit}}' }), context);
    assert.equal(sources[0]?.(255), '%00%00%00%00%00%00%00%FF');
  });
});

describe('bytes', () => {
  it('of a value are sent as they are', () => {
    assert.equal(renderAll({ body: { kind: 'text', template: '{{odd}}' } }).body, byteString('a b/ü'));
  });

  it('are UTF-8, one char a byte', () => {
    const { body } = renderAll({ body: { kind: 'text', template: '€ü' } });
    assert.equal(Buffer.from(body ?? '', 'latin1').toString('utf8'), '€ü');
    assert.equal(body?.length, 5);
  });

  it('of a size are as many as asked for', () => {
    assert.equal(renderAll({ body: { kind: 'bytes', size: 32, random: false } }).body, 'x'.repeat(32));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.nat(), (size, hit) => {
        assert.equal(renderAll({ body: { kind: 'bytes', size, random: true } }, hit).body?.length, size);
      }),
      { numRuns: 20 },
    );
  });

  it('of a file are its own', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const body = { kind: 'file', path: 'x', base64: bytes.toString('base64') } as const;
    assert.deepEqual(Buffer.from(renderAll({ body }).body ?? '', 'latin1'), bytes);
  });
});

describe('header injection', () => {
  for (const breaker of ['\r', '\n', '\0', '\r\nX-Forged: 1']) {
    it(`refuses ${JSON.stringify(breaker)} wherever it would end a line`, () => {
      const keys = { key: () => `a${breaker}b` };
      const compile = (change: Partial<PlanOperation>) =>
        compileOperation(operation(change), { seed: 1, worker: 0, keys });
      assert.throws(() => compile({ path: `/a${breaker}` }), /line break/);
      assert.throws(() => compile({ method: `GET${breaker}` }), /line break/);
      assert.throws(() => compile({ headers: [['X-A', `a${breaker}`]] }), /line break/);
      assert.throws(() => compile({ headers: [['X-A', '{{key}}']] }), /line break/);
      assert.doesNotThrow(() => compile({ body: { kind: 'text', template: '{{key}}' } }));
    });
  }
});
