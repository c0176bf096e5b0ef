import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ask, RawClient, withTarget } from './client.fixture.js';
import { keyOf } from './key-value.js';
import { generateValue } from './keyspace.js';

test('the key of a request target', () => {
  const table: [target: string, key: string | null][] = [
    ['/kv/user_1', 'user_1'],
    ['/kv/user_1?ttl=30s', 'user_1'],
    ['/kv/a/b', 'a/b'],
    ['/kv/a%2Fb%20c', 'a/b c'],
    ['/kv/%C3%A9', '\u00c3\u00a9'],
    ['/kv/%', null],
    ['/kv/%4', null],
    ['/kv/%zz', null],
    ['/kv/', null],
    ['/kv/?ttl=1s', null],
    ['/kvx/a', null],
    [`/kv/${'x'.repeat(1024)}`, 'x'.repeat(1024)],
    [`/kv/${'x'.repeat(1025)}`, null],
  ];
  for (const [target, key] of table) assert.equal(keyOf(target), key, target);
});

test('any bytes survive the way through a percent-encoded target', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      const key = Buffer.from(bytes).toString('latin1');
      const encoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      assert.equal(keyOf(`/kv/${encoded}`), key);
    }),
  );
});

test('a generated value is of the size asked for and tells the key', () => {
  assert.equal(generateValue('user_1', 16), 'user_1 user_1 us');
  assert.equal(generateValue('k', 0), '');
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(200), (key, size) => {
      assert.equal(generateValue(key, size).length, size);
    }),
  );
});

test('what is put is what is got, byte for byte, until it is deleted', () =>
  withTarget({ missing: '404' }, async (target) => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    assert.equal((await ask(target, '/kv/a')).status, 404);

    const created = await ask(target, '/kv/a', { method: 'PUT', body });
    assert.deepEqual([created.status, created.body], [201, '']);
    const got = await ask(target, '/kv/a');
    assert.deepEqual([got.status, got.body], [200, body.toString('latin1')]);
    assert.equal(got.headers['content-length'], '256');
    assert.equal(got.headers.etag, created.headers.etag);

    const head = await ask(target, '/kv/a', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '256']);

    assert.equal((await ask(target, '/kv/a', { method: 'POST', body: 'new' })).status, 204);
    assert.equal((await ask(target, '/kv/a')).body, 'new');
    assert.equal((await ask(target, '/kv/a', { method: 'DELETE' })).status, 204);
    assert.equal((await ask(target, '/kv/a', { method: 'DELETE' })).status, 404);
    assert.equal((await ask(target, '/kv/a')).status, 404);
    assert.equal(target.counters.keys, 0);
  }));

test('a key that nobody wrote has a value, the same each time', () =>
  withTarget({ valueBytes: 10 }, async (target) => {
    const first = await ask(target, '/kv/user_7');
    assert.deepEqual([first.status, first.body], [200, 'user_7 use']);
    const again = await ask(target, '/kv/user_7', { headers: { 'If-None-Match': first.headers.etag ?? '' } });
    assert.deepEqual([again.status, again.body], [304, '']);
    assert.equal((await ask(target, '/kv/user_7', { method: 'DELETE' })).status, 204);
    assert.equal((await ask(target, '/kv/user_7')).status, 200);
    assert.equal(target.counters.keys, 0);
  }));

test('of two writers that read the same version, one wins', () =>
  withTarget({}, async (target) => {
    for (const path of ['/kv/generated', '/kv/written']) {
      if (path === '/kv/written') await ask(target, path, { method: 'PUT', body: '0' });
      const { etag = '' } = (await ask(target, path)).headers;
      const write = (body: string) =>
        ask(target, path, { method: 'PUT', body, headers: { 'If-Match': etag } });
      const statuses = (await Promise.all([write('1'), write('2')])).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 412).length, 1, `${path}: ${statuses}`);
    }
  }));

test('If-None-Match: * writes only what nobody wrote', () =>
  withTarget({}, async (target) => {
    const create = () =>
      ask(target, '/kv/a', { method: 'PUT', body: '1', headers: { 'If-None-Match': '*' } });
    assert.equal((await create()).status, 201);
    assert.equal((await create()).status, 412);
  }));

test('a time to live is taken from the query or the header, and refused when it is wrong', () =>
  withTarget({}, async (target) => {
    const table: [query: string, headers: Record<string, string>, status: number][] = [
      ['?ttl=30s', {}, 201],
      ['?ttl=30', {}, 204],
      ['', { TTL: '30' }, 204],
      ['?ttl=0', {}, 400],
      ['?ttl=-1s', {}, 400],
      ['?ttl=soon', {}, 400],
      ['?ttl=31000h', {}, 400],
      ['', { TTL: 'soon' }, 400],
    ];
    for (const [query, headers, status] of table) {
      const answer = await ask(target, `/kv/a${query}`, { method: 'PUT', body: '1', headers });
      assert.equal(answer.status, status, `${query} ${JSON.stringify(headers)}`);
    }
  }));

test('a value that is too large is 413 and not stored, announced or not', () =>
  withTarget({ maxValueBytes: 100, missing: '404' }, async (target) => {
    const put = (size: number, headers = {}) =>
      ask(target, '/kv/a', { method: 'PUT', body: 'x'.repeat(size), headers });
    assert.equal((await put(100)).status, 201);
    const refused = await put(101);
    assert.equal(refused.status, 413);
    assert.equal(refused.headers.connection, 'close');
    assert.equal((await put(5_000_000, { 'Transfer-Encoding': 'chunked' })).status, 413);
    assert.equal((await ask(target, '/kv/a')).body.length, 100);
  }));

test('a sender that does not read while it writes still gets to read why its body is too large', () =>
  withTarget({ maxValueBytes: 100 }, async (target) => {
    const client = new RawClient(target, true);
    // More than the kernel holds for the two ends of a connection.
    const size = 14 * 2 ** 20;
    client.socket.write(`PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
    client.socket.write('x'.repeat(size), () => client.socket.resume());
    await client.closed;
    assert.match(client.received, /^HTTP\/1\.1 413 /);
    assert.match(client.received, /larger than 100 bytes\n$/);
  }));

test('100 Continue is for a body that will be read', () =>
  withTarget({ maxBodyBytes: 100 }, async (target) => {
    for (const [size, first] of [
      [100, '100'],
      [101, '413'],
    ] as const) {
      const client = new RawClient(target);
      client.socket.write(
        `PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\nExpect: 100-continue\r\n\r\n`,
      );
      client.socket.once('data', () => client.socket.destroy());
      await client.closed;
      assert.ok(client.received.startsWith(`HTTP/1.1 ${first} `), client.received);
    }
  }));

test('a full store drops the oldest keys, or answers 507', async () => {
  const fill = async (whenFull: 'evict' | 'refuse', lastStatus: number, kept: string[]) =>
    withTarget({ whenFull, maxKeys: 2, missing: '404' }, async (target) => {
      for (const key of ['a', 'b']) await ask(target, `/kv/${key}`, { method: 'PUT', body: key });
      assert.equal((await ask(target, '/kv/c', { method: 'PUT', body: 'c' })).status, lastStatus);
      const statuses = await Promise.all(['a', 'b', 'c'].map((key) => ask(target, `/kv/${key}`)));
      assert.deepEqual(
        statuses.filter(({ status }) => status === 200).map(({ body }) => body),
        kept,
      );
      assert.equal(target.counters.keys, 2);
    });
  await fill('evict', 201, ['b', 'c']);
  await fill('refuse', 507, ['a', 'b']);
});
