import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTarget } from '../target.js';
import { grpcUrl } from './target.js';

describe('grpcUrl', () => {
  const rows: [text: string, tls: boolean | null, url: string][] = [
    ['127.0.0.1:50051', null, 'grpc://127.0.0.1:50051'],
    ['127.0.0.1:50051', false, 'grpc://127.0.0.1:50051'],
    ['127.0.0.1:50051', true, 'grpcs://127.0.0.1:50051'],
    [' kv.internal:443 ', true, 'grpcs://kv.internal:443'],
    ['[::1]:50051', null, 'grpc://[::1]:50051'],
    ['dns:///h:1', null, 'grpc://h:1'],
    ['dns:h:1', true, 'grpcs://h:1'],
    ['passthrough:///h:1', null, 'grpc://h:1'],
    ['unix:///run/app.sock', null, 'grpc+unix:///run/app.sock'],
    ['unix:app.sock', true, 'grpcs+unix://app.sock'],
    ['grpc://h:1', null, 'grpc://h:1'],
    ['grpcs://h:1', true, 'grpcs://h:1'],
    ['grpcs://h', null, 'grpcs://h'],
    ['grpc+unix:///a.sock', false, 'grpc+unix:///a.sock'],
  ];
  for (const [text, tls, url] of rows) {
    it(`${text}, ${tls === null ? 'nothing said of TLS' : tls ? 'with TLS' : 'without TLS'}`, () => {
      assert.equal(grpcUrl(text, tls), url);
      const { scheme, path } = parseTarget(url);
      assert.deepEqual([scheme, path], [url.startsWith('grpcs') ? 'grpcs' : 'grpc', '/']);
    });
  }

  const refused: [text: string | undefined, tls: boolean | null, message: RegExp][] = [
    [undefined, null, /^missing$/],
    ['', null, /^expected a target such as 127\.0\.0\.1:50051/],
    ['localhost', null, /^expected a target such as/],
    ['h:port', null, /^expected a target such as/],
    ['::1:50051', null, /^expected a target such as/],
    ['h:1/kv.v1.KV/Get', null, /^expected a target such as/],
    ['kv.v1.KV/Get', null, /^expected a target such as/],
    ['dns://8.8.8.8/h:1', null, /^names are looked up by this machine, not by 8\.8\.8\.8/],
    ['http://h:1', null, /^expected a gRPC target, read "http:\/\/h:1"/],
    ['https://user:hunter2@h:1', null, /^expected a gRPC target, read "https:\/\/h:1"/],
    ['grpc://h:1', true, /^grpc:\/\/ contradicts: a flag asks for TLS/],
    ['grpcs://h:1', false, /^grpcs:\/\/ contradicts: --plaintext/],
    ['\u001b[2J', null, /read "\\e\[2J"$/],
  ];
  for (const [text, tls, message] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => grpcUrl(text, tls),
        (error) => error instanceof Error && message.test(error.message),
      );
    });
  }
});
