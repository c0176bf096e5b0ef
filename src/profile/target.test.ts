import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { type ParsedTarget, parseTarget, serverNameOf } from './target.js';

describe('parseTarget', () => {
  const cases: [string, Partial<ParsedTarget>][] = [
    [
      'http://127.0.0.1:8080',
      {
        scheme: 'http',
        tls: false,
        host: '127.0.0.1',
        port: 8080,
        authority: '127.0.0.1:8080',
        socketPath: null,
        path: '/',
        url: 'http://127.0.0.1:8080/',
        authorization: null,
      },
    ],
    ['https://example.com/a', { tls: true, port: 443, authority: 'example.com', path: '/a' }],
    ['https://example.com:80', { tls: true, port: 80, authority: 'example.com:80' }],
    ['https://example.com:443', { authority: 'example.com' }],
    ['http://example.com:0443', { port: 443, authority: 'example.com:443' }],
    ['HTTP://EXAMPLE.com', { scheme: 'http', host: 'example.com', authority: 'example.com' }],
    ['http://[::1]:8080/x', { host: '::1', port: 8080, authority: '[::1]:8080' }],
    ['http://[::1]', { host: '::1', port: 80, authority: '[::1]' }],
    ['http://bücher.example', { host: 'xn--bcher-kva.example' }],
    ['h2c://h:1', { scheme: 'h2c', tls: false, port: 1 }],
    ['grpc://h:50051', { scheme: 'grpc', tls: false, port: 50_051 }],
    ['grpcs://h', { scheme: 'grpcs', tls: true, port: 443 }],
    // Neither normalised nor encoded here: templates and odd paths are meant as they are written.
    ['http://h/kv/{{key}}?q={{uuid}}', { path: '/kv/{{key}}?q={{uuid}}' }],
    ['http://h/{{randomInt 1 10}}/b', { path: '/{{randomInt 1 10}}/b' }],
    ['http://h/a/../b//c?d=/e?f', { path: '/a/../b//c?d=/e?f' }],
    ['http://h?q=1', { path: '/?q=1', url: 'http://h/?q=1' }],
    ['http://h/a b/é', { path: '/a b/é' }],
    ['http://h/a#fragment', { path: '/a', url: 'http://h/a' }],
    ['http://h#fragment', { path: '/' }],
    ['http://h/a@b:c', { host: 'h', path: '/a@b:c', authorization: null }],
    [
      'http://user:p%40ss:word@h/',
      { host: 'h', url: 'http://h/', authorization: `Basic ${btoa('user:p@ss:word')}` },
    ],
    ['http://user@h/', { authorization: `Basic ${btoa('user:')}` }],
    ['http://a@b:c%@h/', { host: 'h', authorization: `Basic ${btoa('a@b:c%')}` }],
    [
      'http+unix:///run/app.sock:/kv/{{key}}',
      {
        scheme: 'http',
        socketPath: '/run/app.sock',
        path: '/kv/{{key}}',
        host: 'localhost',
        authority: 'localhost',
        url: 'http+unix:///run/app.sock:/kv/{{key}}',
      },
    ],
    ['https+unix:///run/app.sock', { tls: true, socketPath: '/run/app.sock', path: '/' }],
    [
      'grpc+unix:///run/app.sock',
      { scheme: 'grpc', tls: false, socketPath: '/run/app.sock', authority: 'localhost', path: '/' },
    ],
    ['grpcs+unix://app.sock', { scheme: 'grpcs', tls: true, socketPath: 'app.sock' }],
    ['unix:/run/app.sock', { socketPath: '/run/app.sock', path: '/', url: 'http+unix:///run/app.sock:/' }],
    ['unix:///run/app.sock:/x', { socketPath: '/run/app.sock', path: '/x' }],
    ['unix:app.sock:/x', { socketPath: 'app.sock', path: '/x' }],
    [' http://h ', { host: 'h' }],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const target = parseTarget(text);
      const picked = Object.fromEntries(
        Object.keys(expected).map((name) => [name, Reflect.get(target, name)]),
      );
      assert.deepEqual(picked, expected);
    });
  }

  const refused: [string, RegExp][] = [
    ['', /^expected a URL such as/],
    ['localhost:8080', /^expected a URL such as/],
    ['http:/h', /^expected a URL such as/],
    ['http://', /^expected a URL such as/],
    ['http://:80', /^expected a URL such as/],
    ['http://a b', /^expected a URL such as/],
    ['http://a\\b', /^expected a URL such as/],
    ['http://h/a\nb', /^expected a URL such as/],
    ['http://::1/', /^expected a URL such as/],
    ['http://h:0/', /^expected a port from 1 to 65535, read 0$/],
    ['http://h:65536/', /^expected a port/],
    ['http://h:x/', /^expected a URL such as/],
    ['http://{{key}}/', /host of a target may not be a template/],
    ['ws://h', /^unknown scheme in "ws:\/\/h"; known are http, https, h2c, grpc, grpcs$/],
    ['http+unix://', /^expected a URL such as/],
    [`unix:/${'a'.repeat(107)}`, /107 bytes at most/],
    [`http://h/${'a'.repeat(8192)}`, /more than 8192 characters/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(
        () => parseTarget(text),
        (error) => error instanceof ZipfireError && message.test(error.message),
      );
    });
  }

  it('says http:// to who left it out', () => {
    assert.throws(() => parseTarget('localhost:8080/x'), { hint: 'did you mean http://localhost:8080/x?' });
  });

  it('says what a profile is to who gave a path', () => {
    assert.throws(() => parseTarget('./hot.yml.bak'), {
      hint: 'a profile is a file whose name ends in .yaml',
    });
  });

  it('does not show a password when it refuses', () => {
    for (const text of ['htp://user:hunter2@h', 'http://user:hunter2@', 'user:hunter2@h/']) {
      assert.throws(
        () => parseTarget(text),
        (error) => !String(error).includes('hunter2'),
      );
    }
  });

  it('any text is a target that can be connected to, or a usage error', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((text) => `http://${text}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let target: ParsedTarget;
        try {
          target = parseTarget(text);
        } catch (error) {
          assert.ok(error instanceof ZipfireError && error.code === 'usage', String(error));
          return;
        }
        assert.ok(target.host !== '' && target.port >= 1 && target.port <= 65_535);
        assert.ok(target.path.startsWith('/'));
        assert.ok(!/[\r\n\0]/.test(target.authority + target.path));
        assert.deepEqual(parseTarget(target.url), { ...target, authorization: null });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('serverNameOf', () => {
  it('is the host name, and nothing for an address', () => {
    assert.deepEqual(['a.test', '127.0.0.1', '::1'].map(serverNameOf), ['a.test', '', '']);
  });
});
