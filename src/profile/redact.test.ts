// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pems } from './pem.fixture.js';
import { load, run } from './plan.test.kit.js';
import { redactEcho, redactPlan, redactUrl } from './redact.js';
import { isSecretVariable, looksSecret } from './secret-names.js';

const shown = (plan: Parameters<typeof redactPlan>[0]) => JSON.stringify(redactPlan(plan));

describe('redactPlan', () => {
  it('leaves a plan without secrets as it is', () => {
    const plan = run('http://h/kv/{{key}}?q=1', {
      keys: ['uniform:n=10'],
      header: ['Accept: */*'],
      body: 'x',
    });
    assert.deepEqual(redactPlan(plan), plan);
  });

  it('hides values of headers that carry credentials', () => {
    const names = [
      'Authorization',
      'proxy-authorization',
      'Cookie',
      'X-Api-Key',
      'X-Auth-Token',
      'X-Session-Id',
    ];
    const plan = run('http://h/', { header: [...names.map((name) => `${name}: hunter2`), 'Accept: a'] });
    assert.deepEqual(Reflect.get((redactPlan(plan)['operations'] as object[])[0] ?? {}, 'headers'), [
      ...names.map((name) => [name, '[redacted]']),
      ['Accept', 'a'],
    ]);
  });

  it('hides user and password of URLs', () => {
    const plan = run('http://alice:hunter2@h/', { driver: 'undici', proxy: 'http://bob:hunter3@p:1/' });
    const text = shown(plan);
    assert.ok(!/alice|hunter2|bob|hunter3/.test(text), text);
    assert.ok(!text.includes(btoa('alice:hunter2')), text);
    assert.ok(text.includes('http://[redacted]@p:1/'));
  });

  it('hides the TLS key, and shows the size of what is public', () => {
    const files = {
      'ca.pem': pems.authority,
      'cert.pem': pems.certificate,
      'key.pem': pems.key,
    };
    const plan = run('https://h/', { cacert: 'ca.pem', cert: 'cert.pem', key: 'key.pem' }, { files });
    const { tls } = redactPlan(plan)['target'] as { tls: object };
    assert.deepEqual(tls, {
      serverName: 'h',
      ca: `[${pems.authority.length} bytes]`,
      cert: `[${pems.certificate.length} bytes]`,
      key: '[redacted]',
      insecure: false,
    });
  });

  it('hides what a server says again of what it was sent', () => {
    const plan = run('http://h/', { header: ['Authorization: Bearer hunter2', 'X-Shown: public'] });
    assert.equal(redactEcho(plan, 'bad token hunter2 for public'), 'bad token [redacted] for public');
  });

  it('hides query parameters that are called secret, unless they are templates', () => {
    const plan = run('http://h/a?q=1&api_key=hunter2&client_secret=x%20y&token={{uuid}}&key=5');
    assert.ok(
      shown(plan).includes(
        '/a?q=1&api_key=[redacted]&client_secret=[redacted]&token={{uuid}}&key=[redacted]',
      ),
    );
    assert.ok(!shown(plan).includes('hunter2'));
  });

  it('hides fields of bodies that are called secret, unless they are templates', () => {
    const bodyOf = (body: string) => {
      const [operation] = redactPlan(run('http://h/', { body }))['operations'] as { body: object }[];
      return Reflect.get(operation?.body ?? {}, 'template');
    };
    const cases: [body: string, shown: string][] = [
      [
        '{"user":"a","password" : "hun\\"ter2","n":{"accessKey":42,"token":"{{uuid}}"},"key":"a"}',
        '{"user":"a","password" : "[redacted]","n":{"accessKey":"[redacted]","token":"{{uuid}}"},"key":"a"}',
      ],
      [
        'user=a&password=hunter2&api_key=&token={{uuid}}&key=k',
        'user=a&password=[redacted]&api_key=[redacted]&token={{uuid}}&key=k',
      ],
      ['password=hunter2', 'password=[redacted]'],
      ['a text about password=hunter2', 'a text about password=hunter2'],
      ['{"password": "{{uuid}}"}', '{"password": "{{uuid}}"}'],
      ['{"passwords": ["a"]}', '{"passwords": ["a"]}'],
    ];
    for (const [body, expected] of cases) assert.equal(bodyOf(body), expected);
  });

  it('shows the size of a file in place of its content', () => {
    const plan = run('http://h/', { body: '@b.bin' }, { files: { 'b.bin': Buffer.alloc(1000, 'hunter2') } });
    const [operation] = redactPlan(plan)['operations'] as { body: object }[];
    assert.deepEqual(operation?.body, { kind: 'file', path: 'b.bin', size: 1000 });
  });

  describe('values of secret variables', () => {
    const profile = `version: 1
name: run of \${API_TOKEN}
target: http://h/\${API_TOKEN}
keys: { user: { uniform: { n: 10 }, as: "\${API_TOKEN}_{}" } }
operations:
  path: { get: "/x/\${API_TOKEN}?v=\${API_TOKEN}" }
  header: { get: /, headers: { X-Plain: "v \${API_TOKEN} v" } }
  text: { post: /, body: "a\${API_TOKEN}b" }
  json: { post: /, body: { json: { password: "\${API_TOKEN}" } } }
load: { driver: undici, proxy: "http://p:1/\${API_TOKEN}" }
`;

    it('are hidden wherever they ended up', () => {
      for (const secret of [
        's3cretvalue',
        'with"quote\\and/slash',
        'white space',
        'é%20ü',
        'longer-longer',
      ]) {
        const plan = load(profile, {}, { env: { API_TOKEN: secret } });
        const text = shown(plan);
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
          assert.ok(!text.includes(form), `${form} in ${text}`);
          assert.ok(!text.includes(JSON.stringify(form).slice(1, -1)), `${form} in ${text}`);
        }
        assert.ok(JSON.stringify(plan).includes(JSON.stringify(secret).slice(1, -1)), 'the run still has it');
      }
    });

    it('are hidden where a path has them percent-encoded', () => {
      const plan = { ...run('http://h/a%20b%2Fc'), secrets: ['a b/c'] };
      assert.ok(!shown(plan).includes('a%20b%2Fc'));
    });

    it('are not listed themselves', () => {
      const redacted = redactPlan(load(profile, {}, { env: { API_TOKEN: 'abc' } }));
      assert.equal('secrets' in redacted, false);
    });

    it('are hidden as a whole value when they are short', () => {
      const text = `version: 1
target: http://h
operations: { read: { post: "/abc", body: "\${DB_PASSWORD}" } }
`;
      const [operation] = redactPlan(load(text, {}, { env: { DB_PASSWORD: 'abc' } }))['operations'] as {
        path: string;
        body: object;
      }[];
      assert.deepEqual(
        [operation?.path, operation?.body],
        ['/abc', { kind: 'text', template: '[redacted]' }],
      );
    });

    it('no secret of four characters or more is left, whatever it is', () => {
      const secrets = fc.string({ minLength: 4, maxLength: 20 }).filter((text) => !/[{}$#]/.test(text));
      const text =
        'version: 1\ntarget: http://h\noperations: { read: { post: /, body: "v${MY_SECRET}v" } }\n';
      fc.assert(
        fc.property(secrets, (secret) => {
          fc.pre(!'[redacted]'.includes(secret));
          const [operation] = redactPlan(load(text, {}, { env: { MY_SECRET: secret } }))['operations'] as {
            body: { template: string };
          }[];
          assert.equal(operation?.body.template, 'v[redacted]v');
        }),
      );
    });
  });
});

describe('redactUrl', () => {
  it('takes out user and password only', () => {
    assert.equal(redactUrl('https://u:p@h:1/a@b?c=d@e'), 'https://[redacted]@h:1/a@b?c=d@e');
    assert.equal(redactUrl('https://h/a@b'), 'https://h/a@b');
    assert.equal(redactUrl('http://a@b@h/'), 'http://[redacted]@h/');
  });
});

describe('looksSecret', () => {
  const secret = [
    'API_TOKEN',
    'accessKey',
    'x-jwt',
    'DB_PASSWORD',
    'passwd',
    'X-Api-Key',
    'apikey',
    'AWS_SECRET_ACCESS_KEY',
    'SSH_KEY',
    'sig',
    'client_assertion',
    'key',
  ];
  const open = [
    'Monkey',
    'design',
    'TARGET',
    'KEY_COUNT',
    'KEYS',
    'USER',
    'MONKEY',
    'RATE',
    'author',
    'path',
    'Accept',
  ];
  for (const name of secret) it(`${name} is`, () => assert.ok(looksSecret(name)));
  for (const name of open) it(`${name} is not`, () => assert.ok(!looksSecret(name)));
});

describe('isSecretVariable', () => {
  for (const name of ['DB_PWD', 'MYSQL_PWD', 'API_TOKEN'])
    it(`${name} is`, () => assert.ok(isSecretVariable(name)));
  for (const name of ['PWD', 'OLDPWD', 'HOME'])
    it(`${name} is not`, () => assert.ok(!isSecretVariable(name)));
});
