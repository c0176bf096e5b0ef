import assert from 'node:assert/strict';
import { check, type Subject } from './bench.js';

/** Every byte there is, in order. */
const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
const utf8 = Buffer.from('žluťoučký kůň 🐎', 'utf8');

/** What reaches the server is what the operation says, to the byte. */
export function requests(subject: Subject): void {
  const { http1 } = subject.capabilities;

  check(subject, 'request: method, target and headers as given, Host right', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    const headers = [
      ['X-First', 'one'],
      ['x-second', 'two, three'],
      ['X-Latin', 'caf\xe9 \x80\xff'],
    ] as const;
    await harness.request({ method: 'DELETE', target: '/a/b?c=%20d&e', headers });
    const [request] = peer.requests;
    assert.ok(request !== undefined);
    assert.equal(request.method, 'DELETE');
    assert.equal(request.target, '/a/b?c=%20d&e');
    assert.equal(request.header('host'), `${peer.host}:${peer.port}`);
    // HTTP/2 writes names in lower case.
    const sent = headers.map(([name, value]) => [http1 ? name : name.toLowerCase(), value]);
    const names = new Set(sent.map(([name]) => name));
    assert.deepEqual(
      request.headers.filter(([name]) => names.has(name)),
      sent,
    );
  });

  check(subject, 'request: values fill the holes of every part', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    const request = harness.prepare({
      method: [0],
      target: ['/kv/', 1, '?again=', 1],
      headers: [['X-Key', ['<', 1, '>']]],
      body: ['[', 2, ']'],
    });
    await harness.request(request, ['PUT', 'user_1', 'a']);
    await harness.request(request, ['POST', 'user_22', 'longer']);
    const seen = peer.requests.map(({ method, target, header, body }) => [
      method,
      target,
      header('x-key'),
      header('content-length'),
      body.toString(),
    ]);
    assert.deepEqual(seen, [
      ['PUT', '/kv/user_1?again=user_1', '<user_1>', '3', '[a]'],
      ['POST', '/kv/user_22?again=user_22', '<user_22>', '8', '[longer]'],
    ]);
  });

  const bodies = [
    { title: 'UTF-8', body: utf8.toString('latin1') },
    { title: 'every byte from 0 to 255', body: everyByte },
    { title: 'a megabyte', body: everyByte.repeat(4096) },
    { title: 'nothing', body: '' },
  ];
  for (const { title, body } of bodies) {
    check(subject, `request body: ${title}`, [], async (bench) => {
      const peer = await bench.peer((request) => request.respond(200));
      const harness = await bench.driver(peer);
      await harness.request({ method: 'PUT', body });
      await harness.request(harness.prepare({ method: 'PUT', body: [0] }), [body]);
      assert.equal(peer.requests.length, 2);
      for (const request of peer.requests) {
        assert.ok(request.body.equals(Buffer.from(body, 'latin1')), 'the body differs');
        assert.equal(request.header('content-length'), String(body.length));
      }
    });
  }

  check(subject, 'request without a body: Content-Length where a server expects one', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH']) {
      await harness.request({ method });
    }
    const lengths = peer.requests.map(({ method, header }) => [method, header('content-length')]);
    assert.deepEqual(lengths, [
      ['GET', null],
      ['HEAD', null],
      ['DELETE', null],
      ['OPTIONS', null],
      ['POST', '0'],
      ['PUT', '0'],
      ['PATCH', '0'],
    ]);
  });

  check(subject, 'bytes out: what send returns is what the server received', ['http1'], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    const kinds = [
      { target: '/fixed', headers: [['X-A', 'b']] as const },
      { method: 'POST', target: '/body', body: everyByte },
      { method: 'PATCH', target: '/none' },
    ];
    for (const spec of kinds) await harness.request(spec);
    await harness.request(harness.prepare({ method: 'PUT', target: ['/', 0], body: [1] }), ['key', 'value']);
    assert.equal(harness.bytesOut, peer.bytesIn);
  });
}
