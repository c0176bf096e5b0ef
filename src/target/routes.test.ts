import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, RawClient, until, withTarget } from './client.fixture.js';
import { findRoute, originForm, routes } from './router.js';

test('the route of a target and its parameter', () => {
  const table: [target: string, path: string | undefined, param?: string][] = [
    ['/', '/', ''],
    ['/?x=1', '/', ''],
    ['/healthz', '/healthz', ''],
    ['/healthz/', undefined],
    ['/kv/a/b', '/kv/:key', 'a/b'],
    ['/bytes/10?x', '/bytes/:n', '10'],
    ['/bytes', undefined],
    ['/nothing', undefined],
    ['//', undefined],
    ['*', undefined],
    ['', undefined],
    ['/constructor', undefined],
  ];
  for (const [target, path, param] of table) {
    const found = findRoute(target);
    assert.deepEqual([found?.route.path, found?.param], [path, param], target);
  }
});

test('an absolute target means its path', () => {
  assert.equal(originForm('http://host:80/kv/a?b'), '/kv/a?b');
  assert.equal(originForm('HTTP://host'), '/');
  assert.equal(originForm('http://host?x'), '/?x');
  assert.equal(originForm('/kv/http://x'), '/kv/http://x');
  assert.equal(originForm('*'), '*');
});

test('every route answers its methods, 405 with Allow to the others, and OPTIONS', () =>
  withTarget({ recordKeys: true }, async (target) => {
    for (const { path, methods } of routes) {
      const at = path
        .replace(/:(n|ms)$/, '1')
        .replace(':code', '200')
        .replace(':key', 'k')
        .replace('/stream', '/stream?n=0');
      for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'PROPFIND']) {
        const answer = await ask(target, at, { method });
        const what = `${method} ${at}: ${answer.status}`;
        if (methods.includes(method)) {
          assert.ok(answer.status < 400, what);
          if (method === 'HEAD') assert.equal(answer.body, '', what);
        } else {
          assert.equal(answer.status, 405, what);
          assert.equal(answer.headers.allow, [...methods, 'OPTIONS'].join(', '));
        }
      }
      const options = await ask(target, at, { method: 'OPTIONS' });
      assert.deepEqual([options.status, options.headers.allow], [204, [...methods, 'OPTIONS'].join(', ')]);
    }
    assert.equal((await ask(target, '*', { method: 'OPTIONS' })).status, 204);
    assert.equal((await ask(target, '/nothing')).status, 404);
    assert.equal((await ask(target, 'http://example.org/kv/a')).status, 200);
  }));

test('a HEAD has the length its GET has', () =>
  withTarget({}, async (target) => {
    for (const path of ['/', '/healthz', '/kv/a', '/bytes/1000', '/status/404', '/redirect/2']) {
      const get = await ask(target, path);
      const head = await ask(target, path, { method: 'HEAD' });
      assert.deepEqual(
        [head.status, head.headers['content-length']],
        [get.status, get.headers['content-length']],
        path,
      );
      assert.equal(get.headers['content-length'], String(get.body.length), path);
    }
  }));

test('a parameter out of range is 400 and tells the range', () =>
  withTarget({}, async (target) => {
    const table: [path: string, range: RegExp][] = [
      ['/bytes/', /0 to 67108864/],
      ['/bytes/67108865', /0 to 67108864/],
      ['/bytes/-1', /0 to/],
      ['/bytes/1.5', /an integer/],
      ['/bytes/1e3', /an integer/],
      ['/chunked/10001', /0 to 10000/],
      ['/delay/60001', /0 to 60000/],
      ['/delay/soon', /a number/],
      ['/status/100', /200 to 599/],
      ['/status/600', /200 to 599/],
      ['/redirect/101', /0 to 100/],
      ['/stream?n=10001', /10000/],
      ['/stream?n=-1', /10000/],
      ['/stream?every=2h', /60000ms/],
      ['/kv/%zz', /1 to 1024 bytes/],
    ];
    for (const [path, range] of table) {
      const answer = await ask(target, path);
      assert.equal(answer.status, 400, path);
      assert.match(answer.body, range, path);
    }
  }));

test('/ lists the routes', () =>
  withTarget({}, async (target) => {
    const { body, headers } = await ask(target, '/');
    assert.match(headers['content-type'] ?? '', /^text\/plain/);
    for (const { path } of routes) assert.ok(body.includes(`\n${path} `), path);
  }));

test('/echo tells what came, text as text and bytes as base64', () =>
  withTarget({ maxBodyBytes: 100 }, async (target) => {
    const echo = async (body: string | Buffer) => {
      const answer = await ask(target, '/echo?a=<b>', { method: 'POST', body, headers: { 'X-Test': '"\\' } });
      return JSON.parse(Buffer.from(answer.body, 'latin1').toString()) as Record<string, unknown>;
    };
    const text = await echo('{"é": "\u2028"}');
    assert.deepEqual(
      [text['method'], text['target'], text['body'], text['bodyEncoding']],
      ['POST', '/echo?a=<b>', '{"é": "\u2028"}', 'utf8'],
    );
    assert.equal((text['headers'] as Record<string, string>)['x-test'], '"\\');
    const binary = await echo(Buffer.from([0xff, 0x00]));
    assert.deepEqual([binary['body'], binary['bodyEncoding']], ['/wA=', 'base64']);
    assert.equal((await ask(target, '/echo', { method: 'PUT', body: 'x'.repeat(101) })).status, 413);
  }));

test('/bytes gives so many, small and large', () =>
  withTarget({}, async (target) => {
    for (const size of [0, 1, 65_536, 65_537, 1_000_000]) {
      const { body, headers } = await ask(target, `/bytes/${size}`);
      assert.equal(body.length, size);
      assert.equal(headers['content-length'], String(size));
    }
  }));

test('/chunked gives so many chunks and a trailer', () =>
  withTarget({}, async (target) => {
    const client = new RawClient(target);
    client.socket.write('GET /chunked/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await client.closed;
    const [head = '', ...rest] = client.received.split('\r\n\r\n');
    assert.match(head, /\r\nTransfer-Encoding: chunked/);
    assert.equal(
      rest.join('\r\n\r\n'),
      '8\r\nchunk 1\n\r\n8\r\nchunk 2\n\r\n8\r\nchunk 3\n\r\n0\r\nChunks: 3\r\n\r\n',
    );
    const many = await ask(target, '/chunked/10000');
    assert.equal(many.body.split('\n').length, 10_001);
    assert.equal(many.trailers['chunks'], '10000');
  }));

test('/stream sends its events and ends; a client that leaves ends it too', () =>
  withTarget({}, async (target) => {
    const { body, headers } = await ask(target, '/stream?n=3&every=0');
    assert.equal(headers['content-type'], 'text/event-stream');
    assert.equal(body, [1, 2, 3].map((i) => `id: ${i}\ndata: event ${i} of 3\n\n`).join(''));

    const client = new RawClient(target);
    client.socket.write('GET /stream?n=1000&every=60s HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => client.received.includes('id: 1'));
    assert.equal(target.counters.inFlight, 1);
    client.socket.destroy();
    await until(() => target.counters.inFlight === 0);
  }));

test('/status gives the status, with what the standard demands beside it', () =>
  withTarget({}, async (target) => {
    for (const status of [200, 201, 204, 205, 302, 304, 404, 418, 500, 503, 599]) {
      const answer = await ask(target, `/status/${status}`);
      assert.equal(answer.status, status);
      if ([204, 205, 304].includes(status)) assert.equal(answer.body, '');
    }
    assert.ok((await ask(target, '/status/401')).headers['www-authenticate']);
    assert.equal((await ask(target, '/status/405')).headers.allow, '');
  }));

test('/redirect leads to its end', () =>
  withTarget({}, async (target) => {
    let path = '/redirect/3';
    for (let left = 3; left > 0; left--) {
      const { status, headers } = await ask(target, path);
      assert.equal(status, 302);
      path = headers.location ?? '';
    }
    assert.deepEqual([path, (await ask(target, path)).status], ['/redirect/0', 200]);
  }));

test('/log is the count of the requests by key, and is off unless asked for', async () => {
  await withTarget({}, async (target) => {
    assert.equal((await ask(target, '/log')).status, 404);
  });
  // Requests that are refused came all the same.
  await withTarget({ recordKeys: true, errorShare: 1 }, async (target) => {
    for (const key of ['a', 'b', 'a']) await ask(target, `/kv/${key}`);
    await ask(target, '/kv/b', { method: 'PUT', body: 'x' });
    await ask(target, '/kv/a?x=1');
    await ask(target, '/echo');
    const log = JSON.parse((await ask(target, '/log')).body);
    const keys = [
      ['a', 3],
      ['b', 2],
    ];
    assert.deepEqual(log, { total: 5, distinct: 2, other: 0, keys });
    assert.equal((await ask(target, '/log', { method: 'DELETE' })).status, 204);
    assert.equal(JSON.parse((await ask(target, '/log')).body).total, 0);
  });
});
