import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader } from './response-head.js';

function read(fields: readonly (readonly [string, string])[], capture = false): HeadReader {
  const head = new HeadReader(capture);
  head.reset();
  for (const [name, value] of fields) {
    const bytes = Buffer.from(`<${value}>`, 'latin1');
    head.field(name, bytes, 1, bytes.length - 1);
  }
  return head;
}

test('the fields that a driver looks at', () => {
  const head = read([
    [':status', '200'],
    ['content-type', 'application/grpc'],
    ['content-length', '42'],
    ['content-encoding', 'gzip'],
    ['grpc-encoding', 'identity'],
    ['grpc-status', '14'],
    ['grpc-message', 'not%20here'],
  ]);
  assert.equal(head.fault, null);
  assert.equal(head.status, 200);
  assert.equal(head.contentType, 'application/grpc');
  assert.equal(head.contentLength, 42);
  assert.equal(head.contentEncoding, 'gzip');
  assert.equal(head.grpcEncoding, 'identity');
  assert.equal(head.grpcStatus, 14);
  assert.equal(head.grpcMessage, 'not%20here');
  assert.deepEqual([head.names, head.values], [[], []]);
});

test('what is absent', () => {
  const head = read([['server', 'x']]);
  assert.deepEqual(
    [head.status, head.contentLength, head.contentType, head.contentEncoding],
    [0, -1, null, null],
  );
  assert.deepEqual(
    [head.grpcStatus, head.grpcMessage, head.grpcEncoding, head.fault],
    [-1, null, null, null],
  );
});

test('a grpc-status that is no number is UNKNOWN', () => {
  for (const value of ['', 'OK', '-1', '1.5', '9999999999999999']) {
    assert.equal(read([['grpc-status', value]]).grpcStatus, 2, value);
  }
});

test('captured: all fields in order, in new arrays each time', () => {
  const head = read(
    [
      [':status', '200'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
    true,
  );
  const { names, values } = head;
  assert.deepEqual(names, [':status', 'set-cookie', 'set-cookie']);
  assert.deepEqual(values, ['200', 'a=1', 'b=2']);
  head.reset();
  assert.equal(head.status, 0);
  assert.deepEqual(head.names, []);
  assert.equal(names.length, 3);
});

test('what is malformed, RFC 9113 §8.2 and §8.3', () => {
  const ok = [':status', '200'] as const;
  const table: [fields: (readonly [string, string])[], fault: RegExp | null][] = [
    [[ok], null],
    [[[':status', '599']], null],
    [[[':status', '99']], /:status out of range/],
    [[[':status', '600']], /:status out of range/],
    [[[':status', '20']], /:status out of range/],
    [[[':status', '0200']], /:status out of range/],
    [[[':status', '2 0']], /:status out of range/],
    [[ok, ok], /more than one :status/],
    [[['server', 'x'], ok], /:status after other fields/],
    [[ok, [':path', '/']], /pseudo-header/],
    [[ok, [':', '']], /pseudo-header/],
    [[ok, ['Server', 'x']], /forbidden character/],
    [[ok, ['a b', 'x']], /forbidden character/],
    [[ok, ['a:b', 'x']], /forbidden character/],
    [[ok, ['a\x7f', 'x']], /forbidden character/],
    [[ok, ['a\xe9', 'x']], /forbidden character/],
    [[ok, ['', 'x']], /forbidden character/],
    [[ok, ['a', 'x\0y']], /forbidden byte/],
    [[ok, ['a', 'x\ry']], /forbidden byte/],
    [[ok, ['a', 'x\ny']], /forbidden byte/],
    [[ok, ['content-type', 'x\r\ny']], /forbidden byte/],
    [[ok, ['a', ' x']], /forbidden byte/],
    [[ok, ['a', 'x\t']], /forbidden byte/],
    [[ok, ['a', 'x\ty\xff']], null],
    [[ok, ['a', '']], null],
    [[ok, ['connection', 'close']], /connection, which/],
    [[ok, ['transfer-encoding', 'chunked']], /transfer-encoding, which/],
    [[ok, ['upgrade', 'h2c']], /upgrade, which/],
    [[ok, ['keep-alive', '1']], /keep-alive, which/],
    [[ok, ['proxy-connection', 'x']], /proxy-connection, which/],
    [[ok, ['content-length', '']], /no number/],
    [[ok, ['content-length', '1x']], /no number/],
    [[ok, ['content-length', '+1']], /no number/],
    [[ok, ['content-length', '9'.repeat(16)]], /no number/],
    [[ok, ['content-length', '9'.repeat(15)]], null],
    [[ok, ['content-length', '1'], ['content-length', '2']], /two different/],
    [[ok, ['content-length', '1'], ['content-length', '1']], null],
  ];
  for (const [fields, fault] of table) {
    const head = read(fields);
    if (fault === null) assert.equal(head.fault, null, JSON.stringify(fields));
    else assert.match(head.fault ?? '', fault, JSON.stringify(fields));
  }
});
