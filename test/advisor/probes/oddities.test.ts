/**
 * Servers that no rule is about, and that a hasty probe would find something in: nothing is found that is not there,
 * what cannot be told is said with its reason, and all of it ends.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { advise } from '#zipfire/advisor/index.js';
import { server as certificate } from '../../support/certs.js';
import { listenOddHttp2 } from '../../support/odd-servers.js';
import { type Asked, listenScripted, response, type Script } from '../../support/scripted-server.js';
import { failedIds, type ProbeChanges, probe } from './probed.js';

async function probed(script: Script | Script['answer'], changes: ProbeChanges = {}) {
  const server = await listenScripted(typeof script === 'function' ? { answer: script } : script);
  try {
    const gathered = await probe(server, changes);
    await server.idle();
    const { findings } = advise({ target: 'test', gathered });
    const why = (id: string) =>
      findings.find(
        (each) => each.id === id && each.confidence === 'probed' && each.status === 'inconclusive',
      )?.why;
    return { ...gathered.facts, failed: gathered.failed, ids: failedIds(gathered), why, sent: server.sent() };
  } finally {
    await server.close();
  }
}

const ok = ({ socket }: Asked) => socket.write(response());
const brief: ProbeChanges = { idleLimitMs: 1, requests: 120 };
const sideBySide = { concurrency: true } as const;

describe('a server that ends connections now and then', sideBySide, () => {
  const closing = (limitOf: (connection: number) => number) => (asked: Asked) => {
    const { socket, connection, request } = asked;
    if (request < limitOf(connection)) ok(asked);
    else socket.end(response({ fields: ['connection: close'] }));
  };

  it('keeps them alive', async () => {
    // The first is made to see whether anybody listens.
    const { ids, keepAlive } = await probed(
      closing((connection) => (connection === 2 ? 1 : 1000)),
      brief,
    );
    assert.deepEqual([ids, keepAlive?.honoured, keepAlive?.looks, keepAlive?.ended], [[], true, 2, 1]);
  });

  it('carries as many requests as the most of them', async () => {
    const limits = [3, 7, 12, 5];
    const { ids, requests } = await probed(
      closing((connection) => limits[connection % 4] ?? 0),
      brief,
    );
    assert.deepEqual(ids, ['KA06']);
    assert.equal(requests?.again.length, 2);
  });

  it('and carries many on others is in order', async () => {
    let early = 0;
    const script: Script = {
      answer: (asked) => {
        const { socket, request } = asked;
        // One connection alone, and not the first ones.
        if (request === 60 && early++ === 0) socket.end(response({ fields: ['connection: close'] }));
        else ok(asked);
      },
    };
    const { ids, requests } = await probed(script, brief);
    assert.deepEqual(ids, []);
    assert.deepEqual([requests?.answered, requests?.again[0]?.endedBy], [60, null]);
  });
});

describe('a server of HTTP/1.1 of its own kind', sideBySide, () => {
  it('that hints what it does not do is not taken at its word', async () => {
    const hint = { fields: ['keep-alive: timeout=5, max=100'] };
    const { ids, why, keepAlive, requests } = await probed(({ socket }) => socket.write(response(hint)));
    assert.deepEqual(ids, []);
    assert.deepEqual(keepAlive?.hint, { timeoutSec: 5, max: 100 });
    assert.equal(requests?.answered, 150);
    assert.match(why('KA04') ?? '', /too short to tell: --idle-limit 10s/);
  });

  it('that says 100 and 103 first is heard to the end', async () => {
    const first = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    const { ids, failed, keepAlive } = await probed(
      ({ socket }) => socket.write(Buffer.concat([Buffer.from(first), response()])),
      brief,
    );
    assert.deepEqual([ids, failed, keepAlive?.status], [[], {}, 200]);
  });

  it('that ends connections after a time, not after a count, is told so', async () => {
    const { ids, requests } = await probed(
      {
        accept: (socket) => {
          const timer = setTimeout(() => socket.end(), 700);
          socket.once('close', () => clearTimeout(timer));
          return true;
        },
        answer: (asked) => setTimeout(() => ok(asked), 20),
      },
      { ...brief, idleLimitMs: 100 },
    );
    assert.deepEqual(ids, ['KA06']);
    const [slower] = requests?.again ?? [];
    assert.ok((slower?.answered ?? 99) < 0.75 * (requests?.answered ?? 0), JSON.stringify(requests));
  });

  it('that speaks HTTP/1.0 and keeps connections alive does so', async () => {
    const old = { version: '1.0', fields: ['connection: keep-alive'] } as const;
    const { ids, keepAlive } = await probed(({ socket }) => socket.write(response(old)), brief);
    assert.deepEqual([ids, keepAlive?.honoured], [[], true]);
  });

  for (const status of [302, 429, 500])
    it(`that answers ${status} and ends the connection is not judged by that`, async () => {
      const { ids, why } = await probed(({ socket }) =>
        socket.end(response({ status, fields: ['connection: close'] })),
      );
      assert.deepEqual(ids, []);
      assert.match(why('KA01') ?? '', new RegExp(`answered ${status}.* 200`));
    });

  it('that has enough of requests gets no more of them', async () => {
    let refused = 0;
    const { ids, why, requests } = await probed((asked) => {
      if (asked.total <= 60) {
        ok(asked);
        return;
      }
      refused++;
      asked.socket.end(response({ status: 429, fields: ['connection: close'] }));
    }, brief);
    assert.deepEqual(ids, []);
    assert.equal(requests?.status, 429);
    assert.match(why('KA06') ?? '', /answered 429 after \d+ requests/);
    assert.ok(refused < 10, String(refused));
  });

  it('that resets every second connection is told of as far as it goes', async () => {
    const { ids } = await probed({
      accept: (socket, connection) => {
        if (connection % 2 === 1) return true;
        socket.resetAndDestroy();
        return false;
      },
      answer: ok,
    });
    assert.deepEqual(ids, []);
  });

  it('that takes one connection at a time is told of as far as it goes', async () => {
    let open = 0;
    const { ids, keepAlive } = await probed({
      accept: (socket) => {
        socket.once('close', () => open--);
        if (open++ === 0) return true;
        socket.resetAndDestroy();
        return false;
      },
      answer: ok,
    });
    assert.deepEqual([ids, keepAlive?.honoured ?? true], [[], true]);
  });
});

describe('a server that goes away', sideBySide, () => {
  it('under requests is not one that ends connections', async () => {
    const { ids, failed } = await probed((asked) => (asked.total === 60 ? asked.die() : ok(asked)), brief);
    assert.deepEqual(ids, []);
    assert.match(failed.requests ?? '', /^probing: .*(ECONNREFUSED|ECONNRESET|closed)/);
  });

  it('while connections idle is not one that ends those', async () => {
    const { ids, failed } = await probed(
      (asked) => {
        ok(asked);
        if (asked.total === 52) setTimeout(asked.die, 300);
      },
      { requests: 1, idleLimitMs: 5000 },
    );
    assert.deepEqual(ids, []);
    assert.match(failed.idle ?? '', /^probing: /);
  });

  it('and comes back is not one that ends those', async () => {
    const { ids, failed } = await probed(
      (asked) => {
        ok(asked);
        if (asked.total === 52) setTimeout(asked.restart, 300);
      },
      { requests: 1, idleLimitMs: 5000, lbIdleMs: 60_000 },
    );
    assert.deepEqual(ids, []);
    assert.match(failed.idle ?? '', /a later one was not: the server began again/);
  });
});

describe('a server that gives too much, or nothing', sideBySide, () => {
  it('is slow: fewer requests must do', async () => {
    const { ids, reuse, why } = await probed((asked) => setTimeout(() => ok(asked), 250), {
      idleLimitMs: 1,
      timeMs: 1000,
      questionMs: 1000,
    });
    assert.deepEqual(ids, []);
    assert.ok((reuse?.reusedMs.length ?? 99) < 10);
    assert.match(why('KA11') ?? '', /too few/);
    assert.match(why('KA06') ?? '', /--probe-time/);
  });

  it('is slow by two seconds, and not for an ACK', async () => {
    const { ids, keepAlive } = await probed((asked) => setTimeout(() => ok(asked), 2000), {
      idleLimitMs: 1,
      timeMs: 1000,
      timeoutMs: 3000,
    });
    assert.deepEqual([ids, keepAlive?.honoured], [[], true]);
  });

  it('sends 10 MB each time: what is read of it is bounded', async () => {
    const large = response({ body: Buffer.alloc(10 * 2 ** 20, 'x') });
    const { ids, why, sent, idle, requests } = await probed(({ socket }) => socket.write(large));
    assert.deepEqual([ids, idle?.timeoutMs], [[], null]);
    assert.ok((requests?.answered ?? 99) < 10);
    assert.match(why('KA06') ?? '', /so large that it was enough/);
    assert.ok(sent < 400 * 2 ** 20, String(sent));
  });

  it('sends without an end: it is left', async () => {
    const piece = Buffer.alloc(2 ** 16, 'x');
    const { ids, failed, sent } = await probed(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${2 ** 40}\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
    assert.deepEqual(ids, []);
    assert.match(failed.keepAlive ?? '', /larger than 16\.0 MiB: probe a path with a small one/);
    assert.ok(sent < 200 * 2 ** 20, String(sent));
  });

  it('sends half of a response', async () => {
    const { ids, failed } = await probed(({ socket }) => socket.write(response().subarray(0, -1)), {
      timeoutMs: 300,
    });
    assert.deepEqual(ids, []);
    assert.match(failed.keepAlive ?? '', /no whole response within 0\.3 s/);
    assert.equal(failed.idle, failed.keepAlive);
  });

  for (const [what, text] of [
    ['garbage', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a header without an end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(200_000)}`],
  ] as const)
    it(`sends ${what}`, async () => {
      const { ids, failed } = await probed(({ socket }) => socket.write(text));
      assert.deepEqual(ids, []);
      assert.match(failed.keepAlive ?? '', /the response is not HTTP\/1\.1: /);
    });

  it('speaks HTTP/2 only', async () => {
    const server = await listenOddHttp2();
    const gathered = await probe(server);
    await server.close();
    assert.deepEqual(failedIds(gathered), []);
    assert.match(gathered.failed.keepAlive ?? '', /the server speaks HTTP\/2 here: --http2/);
  });

  it('speaks HTTP/1.1 where HTTP/2 was asked', async () => {
    const { ids, failed } = await probed(ok, { http2: true, timeMs: 200, pingEveryMs: 10 });
    assert.deepEqual(ids, []);
    for (const name of ['http2Settings', 'http2Watch', 'pings'] as const)
      assert.match(failed[name] ?? '', /\S/, name);
  });
});

describe('a server at another kind of address', sideBySide, () => {
  it('is probed by IPv6', async () => {
    const server = await listenScripted({ answer: ok, listen: { port: 0, host: '::1' } });
    const target = { url: 'http://[::1]/', host: '::1', authority: `[::1]:${server.port}` };
    const gathered = await probe(server, {
      ...brief,
      target: { ...target, tls: null, port: server.port, socketPath: null, path: '/' },
    });
    await server.close();
    assert.deepEqual([failedIds(gathered), gathered.facts.requests?.answered], [[], 120]);
  });

  it('is probed by a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zipfire-socket-'));
    const socketPath = join(folder, 's');
    const server = await listenScripted({ answer: ok, listen: { path: socketPath } });
    const target = { url: `http+unix://${socketPath}`, host: 'localhost', port: 80, authority: 'localhost' };
    const gathered = await probe(server, {
      ...brief,
      target: { ...target, tls: null, socketPath, path: '/' },
    });
    await server.close();
    rmSync(folder, { recursive: true });
    assert.deepEqual([failedIds(gathered), gathered.facts.requests?.answered], [[], 120]);
  });

  it('whose certificate nobody vouches for is refused, and says how not to be', async () => {
    const server = await listenScripted({ answer: ok, tls: certificate });
    const tls = { serverName: '', ca: null, cert: null, key: null, insecure: false };
    const target = {
      url: 'https://x/',
      host: '127.0.0.1',
      port: server.port,
      authority: 'x',
      socketPath: null,
      path: '/',
    };
    await assert.rejects(probe(server, { target: { ...target, tls } }), {
      exitCode: 4,
      hint: /--insecure|--cacert/,
    });
    const insecure = await probe(server, {
      ...brief,
      target: { ...target, tls: { ...tls, insecure: true } },
    });
    await server.close();
    assert.deepEqual(failedIds(insecure), []);
    assert.deepEqual(insecure.facts.alpn, { chosen: null, http2: false, http1: true });
  });
});

describe('a server of HTTP/2 that ends a connection once', sideBySide, () => {
  async function once_(end: (session: http2.Http2Session) => void, changes: ProbeChanges) {
    const server = http2.createServer({ settings: { maxConcurrentStreams: 100 } });
    let ended = false;
    server.on('session', (session) => session.on('error', () => {}));
    server.on('sessionError', () => {});
    server.on('stream', (stream) => {
      const { session } = stream;
      if (!ended && session !== undefined) setTimeout(() => end(session), 150);
      ended = true;
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const gathered = await probe({ port }, { http2: true, timeMs: 60_000, ...changes });
      const { findings } = advise({ target: 'test', gathered });
      return { ids: failedIds(gathered), findings };
    } finally {
      server.close();
    }
  }

  it('began again, and does not end each', async () => {
    const { ids, findings } = await once_((session) => session.destroy(), {});
    assert.deepEqual(ids, []);
    const g03 = findings.find(({ id, confidence }) => id === 'G03' && confidence === 'probed');
    assert.match(`${g03?.status}: ${g03?.why}`, /^inconclusive: .*the server began again/);
  });

  it('and for its age does not do it for pings', async () => {
    const server = await listenOddHttp2({ settings: { maxConcurrentStreams: 100 }, maxAgeMs: 200 });
    const gathered = await probe(server, { http2: true, timeMs: 60_000, pingEveryMs: 100 });
    await server.close();
    assert.deepEqual(failedIds(gathered), ['G03']);
  });
});
