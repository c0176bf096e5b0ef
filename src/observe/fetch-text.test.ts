import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchText } from './fetch-text.js';

let server: http.Server;
let base: string;
let other: http.Server;

/** What each request said of who asks, by path. */
const authorized = new Map<string, string | undefined>();

before(async () => {
  other = http.createServer(({ headers, url = '' }, response) => {
    authorized.set(`other${url}`, headers.authorization);
    response.end('go_goroutines 1\n');
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  server = http.createServer(({ headers, url = '' }, response) => {
    authorized.set(url, headers.authorization);
    if (url === '/gzip') {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('go_goroutines 7\n'));
    } else if (url === '/bomb') {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50 * 2 ** 20, 'x')));
    } else if (url === '/trickle') {
      response.write('go_goroutines 7\n');
    } else if (url === '/moved') response.writeHead(302, { location: elsewhere }).end();
    else if (url === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (url === '/locked' && headers.authorization === undefined) response.writeHead(401).end();
    else if (url !== '/silent') response.end('go_goroutines 7\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  for (const each of [server, other]) {
    each.closeAllConnections();
    each.close();
  }
});

const bounds = { timeoutMs: 400, mostBytes: 2 ** 20 };
const patient = { ...bounds, timeoutMs: 60_000 };

describe('a page', () => {
  it('that is compressed is read', async () => {
    assert.equal(await fetchText(`http://${base}/gzip`, '*/*', patient), 'go_goroutines 7\n');
  });

  it('that is large when it is unpacked is refused', async () => {
    await assert.rejects(fetchText(`http://${base}/bomb`, '*/*', patient), /^Error: is larger than 1 MiB$/);
  });

  for (const path of ['/silent', '/trickle'])
    it(`that does not come in time is given up: ${path}`, async () => {
      await assert.rejects(fetchText(`http://${base}${path}`, '*/*', bounds), /did not answer within 0\.4 s/);
    });

  it('that asks who is there is told, and says no word of it', async () => {
    await assert.rejects(fetchText(`http://${base}/locked`, '*/*', patient), /^Error: answered 401$/);
    const text = await fetchText(`http://a%20b:hunter2@${base}/locked`, '*/*', patient);
    assert.equal(text, 'go_goroutines 7\n');
    assert.equal(authorized.get('/locked'), `Basic ${Buffer.from('a b:hunter2').toString('base64')}`);
  });

  it('that is elsewhere is not told there who asks', async () => {
    assert.equal(await fetchText(`http://a:hunter2@${base}/moved`, '*/*', patient), 'go_goroutines 1\n');
    assert.equal(authorized.get('other/'), undefined);
    await assert.rejects(fetchText(`http://a:hunter2@${base}/round`, '*/*', patient), (error: Error) => {
      assert.doesNotMatch(error.message, /hunter2/);
      return /redirect/.test(error.message);
    });
  });
});
