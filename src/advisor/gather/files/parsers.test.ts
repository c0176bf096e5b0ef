// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and variables are tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { artifactOf } from './files.test.kit.js';
import { readGoSource } from './go-source.js';
import { readHaproxy } from './haproxy.js';
import { readNginx } from './nginx.js';
import { readNodeSource } from './node-source.js';
import { binaryBytesOf, cpusOf, kubernetesBytesOf, secondsOf } from './quantities.js';
import { tokensOf } from './tokens.js';

const texts = (source: string, dialect: 'go' | 'javascript') =>
  tokensOf(source, dialect).map(({ text }) => text);

describe('Go with brackets in brackets', () => {
  it('is read to its end, however deep they are', () => {
    const deep = 30_000;
    for (const text of [
      `package a\nfunc f() {\n${'x('.repeat(deep)}`,
      `package a\nvar x = ${'T{a: '.repeat(deep)}${'}'.repeat(deep)}\nvar last = 7\n`,
      `package a\n${'func f() { func() {\n'.repeat(deep)}${'}}'.repeat(deep)}`,
    ])
      assert.equal(readGoSource(text, 'a.go').source.packageName, 'a');
  });
});

describe('tokensOf', () => {
  it('tells code from comments, strings, templates and regular expressions', () => {
    assert.deepEqual(texts('a // b\n/* c\n*/ d', 'go'), ['a', 'd']);
    assert.deepEqual(texts('a := `x "` + "//" + \'"\'', 'go'), [
      'a',
      ':=',
      '`x "`',
      '+',
      '"//"',
      '+',
      "'\"'",
    ]);
    assert.deepEqual(texts('x = `a${b(`}`)}c`; y', 'javascript'), ['x', '=', '`a${b(`}`)}c`', ';', 'y']);
    assert.deepEqual(texts('f(/[/"]/g); a / b / c', 'javascript'), [
      'f',
      '(',
      '/[/"]/g',
      ')',
      ';',
      'a',
      '/',
      'b',
      '/',
      'c',
    ]);
  });

  it('counts lines through strings and comments', () => {
    assert.deepEqual(
      tokensOf('`a\nb`\n/*\n*/ c', 'go').map(({ line }) => line),
      [1, 4],
    );
  });

  it('reads any text to its end', () => {
    const source = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.oneof(source, fc.string({ unit: fc.constantFrom(...'`${}/"\'\\*\n ()a.') })), (text) => {
        for (const dialect of ['go', 'javascript'] as const)
          for (const token of tokensOf(text, dialect))
            assert.ok(token.text.length > 0 && text.includes(token.text));
        readGoSource(text, 'a.go');
        readNodeSource(text, 'a.js');
      }),
    );
  });
});

describe('readNginx', () => {
  it('reads quotes, variables with braces, escapes, comments and Lua', () => {
    const { directives, problem } = readNginx(
      'map $http_upgrade $c { default ""; } # {\nlisten "80 a";\nlocation ~ \\.php$ { }\ncontent_by_lua_block { if x then { } end }\nproxy_pass http://${b};',
      'n.conf',
    );
    assert.equal(problem, null);
    assert.deepEqual(
      directives.map(({ name, args, line }) => [name, args, line]),
      [
        ['map', ['$http_upgrade', '$c'], 1],
        ['listen', ['80 a'], 2],
        ['location', ['~', '\\.php$'], 3],
        ['content_by_lua_block', [], 4],
        ['proxy_pass', ['http://${b}'], 5],
      ],
    );
  });

  for (const [name, text, problem] of [
    ['a missing brace', 'http {\n', /ends within a block/],
    ['a brace too many', 'a b;\n}\n', /closes what none opened/],
    ['a missing semicolon', 'a b\n', /no semicolon/],
    ['a missing semicolon in a block', 'http { a b }', /no semicolon/],
    ['braces without end', '{'.repeat(50), /opens nothing/],
    ['blocks without end', 'a {'.repeat(50), /deeper than/],
  ] as const)
    it(`tells of ${name}`, () => assert.match(readNginx(text, 'n').problem?.value ?? '', problem));

  it('reads any text to its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{};"\'\\#\n $a') }), (text) => {
        readNginx(text, 'n');
        readHaproxy(text, 'h');
      }),
    );
  });
});

describe('quantities', () => {
  for (const [read, text, value] of [
    [cpusOf, '500m', 0.5],
    [cpusOf, '2', 2],
    [cpusOf, 'two', null],
    [kubernetesBytesOf, '512Mi', 2 ** 29],
    [kubernetesBytesOf, '1G', 1e9],
    [kubernetesBytesOf, '1g', null],
    [binaryBytesOf, '1g', 2 ** 30],
    [binaryBytesOf, '460MiB', 460 * 2 ** 20],
    [binaryBytesOf, 'off', null],
    [secondsOf, '75', 75],
    [secondsOf, '1m30s', 90],
    [secondsOf, '250ms', 0.25],
    [secondsOf, '1 fortnight', null],
  ] as const)
    it(`${read.name} ${text}`, () => assert.equal(read(text), value));
});

describe('the artifact', () => {
  it('keeps no secret', () => {
    const artifact = artifactOf({
      'a.yaml': `apiVersion: v1
kind: Pod
metadata: { name: a, annotations: { token: hunter2 } }
spec:
  containers:
    - name: a
      image: a
      command: ["/a", "--password=hunter2"]
      env:
        - { name: PASSWORD, value: hunter2 }
        - { name: JAVA_OPTS, value: "-Xmx1g -Dkey=hunter2" }
---
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { password: hunter2 }
`,
      'compose.yaml':
        'services: { a: { image: a, command: "a --token hunter2", environment: [ "TOKEN=hunter2" ] } }',
      '.env': 'TOKEN=hunter2\nGOGC=100\n',
      Dockerfile: 'FROM a\nENV TOKEN=hunter2 GOGC=50\nCMD ["a", "--token=hunter2"]\n',
      'nginx.conf':
        'events {}\nhttp { proxy_set_header Authorization "Basic hunter2"; set $t hunter2; server { location / { proxy_pass http://a:hunter2@b; } } }',
      'haproxy.cfg':
        'userlist u\n  user a password hunter2\nbackend b\n  stats auth a:hunter2\n  server s a:1 check\n',
      'a.go':
        'package main\nimport "net/http"\nvar c = http.Client{Transport: with("hunter2")}\nfunc f() { http.Get("http://a:hunter2@b") }',
      'a.js': "import http from 'http';\nhttp.get({ auth: 'a:hunter2', agent });",
      'a.service': '[Service]\nEnvironment=TOKEN=hunter2 GOGC=50\nExecStart=/a --token hunter2\n',
    });
    const text = JSON.stringify(artifact);
    assert.doesNotMatch(text, /hunter2/);
    assert.match(text, /GOGC/);
    assert.deepEqual(JSON.parse(text), artifact, 'plain JSON');
  });

  it('takes the environment from where it is put together', () => {
    const { containers } = artifactOf({
      'a.yaml': `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: c }
    data: { GOGC: "50", limit: 400MiB }
  - apiVersion: batch/v1
    kind: CronJob
    metadata: { name: j }
    spec:
      jobTemplate:
        spec:
          template:
            spec:
              containers:
                - name: j
                  image: j
                  envFrom: [ { configMapRef: { name: c } } ]
                  env:
                    - { name: GOMEMLIMIT, valueFrom: { configMapKeyRef: { name: c, key: limit } } }
                    - { name: GODEBUG, valueFrom: { secretKeyRef: { name: s, key: k } } }
`,
    });
    assert.deepEqual(
      containers[0]?.env.map(({ name, value, line }) => [name, value, line]),
      [
        ['GOGC', '50', 7],
        ['GOMEMLIMIT', '400MiB', 7],
        ['GODEBUG', null, 22],
      ],
    );
  });

  it('gives the stage that runs the environment of those below it, and arguments their defaults', () => {
    const { dockerfiles } = artifactOf({
      Dockerfile:
        'ARG V=1.25\nFROM golang:${V} AS base\nENV GOGC=50\nFROM base AS run\nENV GOMEMLIMIT=1GiB \\\n  GODEBUG=a=1\nENTRYPOINT exec /app\n',
    });
    const [base, run] = dockerfiles[0]?.stages ?? [];
    assert.equal(base?.image, 'golang:1.25');
    assert.deepEqual(
      run?.env.map(({ name, value, line }) => [name, value, line]),
      [
        ['GOGC', '50', 3],
        ['GOMEMLIMIT', '1GiB', 5],
        ['GODEBUG', 'a=1', 6],
      ],
    );
    assert.equal(run?.program, 'app');
  });

  it('joins nginx files by what they include', () => {
    const { nginx } = artifactOf({
      'etc/nginx.conf': 'events {}\nhttp { include /etc/nginx/conf.d/*.conf; include extra/*.inc; }',
      'etc/conf.d/a.conf': 'upstream a { server b; }\nserver { listen 80; }',
      'other/b.conf': 'server { listen 81; }',
    });
    assert.deepEqual(
      nginx.map(({ file, main, missing }) => [file, main, missing.map(({ value }) => value)]),
      [
        ['etc/nginx.conf', true, ['extra/*.inc']],
        ['other/b.conf', false, []],
      ],
    );
    assert.deepEqual(
      nginx[0]?.directives[1]?.block?.map(({ name, file }) => [name, file]),
      [
        ['upstream', 'etc/conf.d/a.conf'],
        ['server', 'etc/conf.d/a.conf'],
        // What it sets is not known, and holds here.
        ['include', 'etc/nginx.conf'],
      ],
    );
  });

  it('survives aliases that hold themselves, and maps that take in each other', () => {
    const { unread } = artifactOf({
      'a.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: &m { name: a, labels: *m }\nspec: &s\n  <<: *s\n  containers: [ *s ]\n',
    });
    assert.ok(Array.isArray(unread));
  });
});

describe('readYaml', () => {
  it('says of a document that is nested too deeply that it is, and not how that was noticed', () => {
    const { unread } = artifactOf({
      'a.yaml': `apiVersion: v1\nkind: Pod\nspec: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`,
    });
    assert.deepEqual(
      unread.map(({ reason }) => reason),
      ['not YAML: nested too deeply'],
    );
  });

  it('refuses a few lines whose aliases make millions of values, and reads what they stand for else', () => {
    const many = (name: string, times: number) => `[${`*${name},`.repeat(times)}]`;
    const pod = (times: number) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx: &x {name: GOGC, value: "50"}\ny: &y ${many('x', times)}\nspec: {containers: [${'{name: c, env: *y},'.repeat(times)}]}\n`;
    const bomb = artifactOf({ 'a.yaml': pod(1000) });
    assert.deepEqual(
      [bomb.containers, bomb.unread.map(({ reason }) => reason)],
      [[], ['not YAML: its aliases make more than 50000 values of it']],
    );
    const { containers, unread } = artifactOf({ 'a.yaml': pod(3) });
    assert.deepEqual(unread, []);
    assert.deepEqual(
      containers.map(({ env }) => env.map(({ value }) => value)),
      Array.from({ length: 3 }, () => ['50']),
    );
    const itself = 'apiVersion: v1\nkind: Pod\nspec: &s {containers: [{name: c, again: *s}], <<: *s}\n';
    assert.equal(artifactOf({ 'a.yaml': itself }).containers.length, 1);
  });
});
