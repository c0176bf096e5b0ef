import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { compileBlock, encodeStateless, HpackEncoder } from '#zipfire/wire/hpack/index.js';
import type { SessionOptions } from '#zipfire/wire/http2/index.js';
import { Link } from './link.js';

/** node:http2 is the oracle: what it understands of our bytes, and what we understand of its own. */
type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

async function withServer(
  server: { options?: ServerOptions; answer: Answer },
  client: Partial<SessionOptions>,
  body: (link: Link, server: Http2Server) => Promise<void>,
): Promise<void> {
  const http2 = createServer(server.options ?? {});
  const sessions = new Set<{ destroy(): void }>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  http2.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    server.answer(stream, headers);
  });
  http2.listen(0, '127.0.0.1');
  await once(http2, 'listening');
  const link = new Link((http2.address() as AddressInfo).port, client);
  try {
    await body(link, http2);
  } finally {
    await link.close();
    for (const session of sessions) session.destroy();
    http2.close();
    await once(http2, 'close');
  }
}

const fixed = { method: ':method', scheme: ':scheme', authority: ':authority' };

/** A block for this path; more fields after it. */
function blockOf(
  method: string,
  path: string,
  more: readonly (readonly [string, string])[] = [],
  huffman = false,
): string {
  const fields: (readonly [string, string])[] = [
    [fixed.method, method],
    [fixed.scheme, 'http'],
    [fixed.authority, 'test.local'],
    [':path', path],
    ...more,
  ];
  return fields.map(([name, value]) => encodeStateless({ name, value }, huffman)).join('');
}

function respondWith(status: number, body: string | Buffer = ''): Answer {
  return (stream) => {
    stream.respond({ ':status': status });
    stream.end(body);
  };
}

test('what the encoder writes, the server reads: plain, Huffman, holes, and a dynamic table', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const more: (readonly [string, string])[] = [
    ['user-agent', 'zipfire/0.1 (a test; of strings that Huffman code makes shorter)'],
    ['x-bytes', '~|^{}\\<>`"\u00e9'],
    ['x-long', 'v'.repeat(5000)],
    ['x-empty', ''],
  ];
  const template = compileBlock(
    [
      { name: ':Method', value: ['GET'] },
      { name: ':scheme', value: ['http'] },
      { name: ':authority', value: ['test.local'] },
      { name: ':path', value: ['/kv/', 0, '?n=', 1] },
      ...more.map(([name, value]) => ({ name, value: [value] })),
    ],
    true,
  );
  const dynamic = new HpackEncoder(4096, true);
  const fields = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'test.local'],
    [':path', '/dynamic'],
    ...more,
  ];
  const indexed = () => dynamic.encode(fields.map(([name = '', value = '']) => ({ name, value })));
  const blocks = [
    blockOf('GET', '/plain', more),
    blockOf('GET', '/huffman', more, true),
    template.render(['user_17', '1']),
    template.render(['k'.repeat(300), '22']),
    indexed(),
    indexed(),
  ];
  const answer: Answer = (stream, headers) => {
    seen.push(headers);
    respondWith(200)(stream, headers);
  };
  await withServer({ answer }, {}, async (link) => {
    blocks.forEach((block, slot) => {
      link.session.request(slot, block, null, true);
    });
    await link.until(() => link.log.lines.filter((line) => line.startsWith('end')).length === blocks.length);
  });
  assert.deepEqual(
    seen.map((headers) => headers[':path']),
    ['/plain', '/huffman', '/kv/user_17?n=1', `/kv/${'k'.repeat(300)}?n=22`, '/dynamic', '/dynamic'],
  );
  for (const headers of seen) {
    assert.equal(headers[':authority'], 'test.local');
    for (const [name, value] of more)
      assert.equal(Buffer.from(String(headers[name]), 'latin1').toString('latin1'), value);
  }
});

test('a thousand requests on one connection, its table size being 0 from the second block on', async () => {
  let next = 0;
  const answer: Answer = (stream, headers) => {
    stream.respond({
      ':status': 200,
      'x-path': String(headers[':path']),
      'x-same': 'the same value each time',
    });
    stream.end(String(headers[':path']));
  };
  await withServer({ answer }, { slots: 10 }, async (link) => {
    const wanted: string[] = [];
    const start = (slot: number) => {
      if (next === 1000) return;
      wanted.push(`data ${slot} /${next}`);
      link.session.request(slot, blockOf('GET', `/${next++}`), null, true);
    };
    link.log.react = (line) => {
      if (line.startsWith('end ')) start(Number(line.slice(4)));
    };
    for (let slot = 0; slot < 10; slot++) start(slot);
    await link.until(() => link.log.lines.filter((line) => line.startsWith('end')).length === 1000);
    const got = link.log.lines.filter((line) => line.startsWith('data'));
    assert.deepEqual(got.sort(), wanted.sort());
    assert.equal(link.session.closed, false);
  });
});

test('large content both ways, through small windows and frames', async () => {
  const body = Buffer.alloc(300_000, 'zipfire ').toString('latin1');
  const answer: Answer = (stream) => {
    stream.respond({ ':status': 200, 'content-length': body.length });
    stream.pipe(stream);
  };
  const options: ServerOptions = {
    settings: { initialWindowSize: 3000, maxFrameSize: 16_384 },
    paddingStrategy: constants.PADDING_STRATEGY_MAX,
  };
  await withServer({ options, answer }, { streamWindow: 40_000, connectionWindow: 70_000 }, async (link) => {
    for (const slot of [0, 1, 2]) link.session.request(slot, blockOf('POST', '/echo'), body, true);
    const got = ['', '', ''];
    link.log.onData = (slot, bytes, from, to) => {
      got[slot] += bytes.toString('latin1', from, to);
    };
    await link.until(() => link.log.lines.filter((line) => line.startsWith('end')).length === 3);
    for (const one of got) assert.ok(one === body);
  });
});

test('streaming both ways, with trailers', async () => {
  const answer: Answer = (stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '3' }));
    stream.on('data', (chunk: Buffer) => stream.write(`(${chunk})`));
    stream.on('end', () => stream.end());
  };
  await withServer({ answer }, {}, async (link) => {
    link.session.request(0, blockOf('POST', '/bidi'), null, false);
    await link.event('head 0 200');
    for (const message of ['one', 'two', 'three']) {
      link.session.send(0, message, false);
      await link.until(() => link.log.lines.join('').includes(`(${message})`));
    }
    link.session.send(0, '', true);
    await link.event('end 0');
    assert.deepEqual(link.log.lines.slice(1), [
      'head 0 200',
      'data 0 (one)(two)(three)',
      'trailers 0 3',
      'end 0',
    ]);
  });
});

test('within the server’s MAX_CONCURRENT_STREAMS nothing is refused', async () => {
  let open = 0;
  let most = 0;
  const answer: Answer = (stream, headers) => {
    most = Math.max(most, ++open);
    stream.on('close', () => open--);
    setImmediate(() => respondWith(200, 'abc')(stream, headers));
  };
  const options: ServerOptions = { settings: { maxConcurrentStreams: 3 } };
  await withServer({ options, answer }, {}, async (link) => {
    for (let slot = 0; slot < 16; slot++) link.session.request(slot, blockOf('GET', '/'), null, true);
    await link.until(() => link.log.lines.filter((line) => line.startsWith('end')).length === 16);
    assert.equal(
      link.log.lines.some((line) => line.startsWith('reset')),
      false,
    );
  });
  assert.ok(most <= 3, `${most} at once`);
});

test('a server whose decoder has no table', async () => {
  const options: ServerOptions = { settings: { headerTableSize: 0 } };
  await withServer({ options, answer: respondWith(204) }, {}, async (link) => {
    for (const slot of [0, 1, 2]) link.session.request(slot, blockOf('GET', '/', [], true), null, true);
    await link.until(
      () => link.log.lines.filter((line) => line === 'head 0 204 end' || line.startsWith('end')).length === 4,
    );
  });
});

test('HEAD, informational responses, early responses, resets', async () => {
  const answer: Answer = (stream, headers) => {
    switch (headers[':path']) {
      case '/head':
        stream.respond({ ':status': 200, 'content-length': '12345' }, { endStream: true });
        break;
      case '/hints':
        stream.additionalHeaders({ ':status': 103, link: '</x>' });
        respondWith(200)(stream, headers);
        break;
      case '/early':
        stream.respond({ ':status': 413 }, { endStream: true });
        break;
      case '/busy':
        stream.close(constants.NGHTTP2_REFUSED_STREAM);
        break;
      default:
        stream.respond({ ':status': 200 });
        stream.write('abc');
        setImmediate(() => stream.destroy(new Error('broken on purpose')));
    }
  };
  await withServer({ answer }, {}, async (link) => {
    const { session } = link;
    session.request(0, blockOf('HEAD', '/head'), null, true, true);
    session.request(1, blockOf('GET', '/hints'), null, true);
    session.request(2, blockOf('POST', '/early'), 'a', false);
    session.request(3, blockOf('GET', '/busy'), null, true);
    session.request(4, blockOf('GET', '/broken'), null, true);
    const events = [
      'end 0',
      'end 1',
      'early end 2',
      'reset 3 REFUSED_STREAM by peer',
      'reset 4 INTERNAL_ERROR by peer',
    ];
    for (const line of events) await link.event(line);
    session.send(2, 'b', true);
    await link.event('end 2');
    assert.ok(link.log.lines.includes('head 1 200 end') || link.log.lines.includes('head 1 200'));
  });
});

test('PING both ways, and a GOAWAY while requests are under way', async () => {
  let release = () => {};
  const answer: Answer = (stream) => {
    stream.respond({ ':status': 200 });
    release = () => stream.end('done');
    stream.session?.ping(Buffer.from('abcdefgh'), (error) => {
      assert.equal(error, null);
      stream.session?.goaway(0, 2 ** 31 - 1);
    });
  };
  await withServer({ answer }, {}, async (link) => {
    link.session.ping('12345678');
    link.session.request(0, blockOf('GET', '/'), null, true);
    await link.event('pong 12345678');
    await link.event('goaway 2147483647 NO_ERROR ');
    assert.equal(link.session.accepting, false);
    release();
    await link.event('end 0');
  });
});
