/** Servers of Node (KA04) in the forms in which people write them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { alb, P, srv } from './node-texts.js';

describe('servers of Node', () => {
  for (const [k, s] of Object.entries(srv)) {
    const file = /: http\.Server|Express|Application|import http =|Nest/.test(s)
      ? 'src/server.ts'
      : 'src/server.js';
    check(`KA04 ${k} node20 alb`, { ...P('20.x'), [file]: s, ...alb() }, ['KA04']);
    check(
      `KA04 ${k} FROM node:22`,
      {
        ...P(),
        [file]: s,
        Dockerfile: 'FROM node:22-alpine\nWORKDIR /app\nCOPY . .\nCMD ["node", "src/server.js"]\n',
      },
      ['KA04'],
    );
    check(`KA04 ${k} node26`, { ...P('>=26'), [file]: s }, []);
  }
  for (const v of ['>=18', '^20.0.0 || >=22', '>=20 <25', 'lts/*', undefined, '18', '22.x', '~20.11']) {
    check(`KA04 engines ${v} + alb`, { ...P(v), 'server.js': srv.create, ...alb() }, ['KA04']);
    check(`KA04 engines ${v}`, { ...P(v), 'server.js': srv.create }, ['KA04']);
  }
  check(`KA04 nvmrc`, { ...P(), '.nvmrc': 'v20.11.1\n', 'server.js': srv.create }, ['KA04']);
  check(`KA04 nvmrc lts name`, { ...P(), '.nvmrc': 'lts/iron\n', 'server.js': srv.create }, ['KA04']);
  check(`KA04 tool-versions`, { ...P(), '.tool-versions': 'nodejs 20.11.1\n', 'server.js': srv.create }, [
    'KA04',
  ]);
  check(
    `KA04 docker multi`,
    {
      ...P(),
      'server.js': srv.create,
      Dockerfile:
        'ARG NODE_VERSION=20\nFROM node:${NODE_VERSION}-slim AS deps\nRUN npm ci\nFROM node:${NODE_VERSION}-slim\nCOPY --from=deps /app /app\nCMD ["node","server.js"]\n',
    },
    ['KA04'],
  );
  check(
    `KA04 docker distroless`,
    {
      ...P(),
      'server.js': srv.create,
      Dockerfile:
        'FROM node:20 AS build\nRUN npm ci\nFROM gcr.io/distroless/nodejs20-debian12\nCOPY --from=build /app /app\nCMD ["server.js"]\n',
    },
    ['KA04'],
  );
  check(
    `KA04 pod image node:20`,
    {
      'server.js': srv.create,
      ...P(),
      'k.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: "node:20"}]}\n',
    },
    ['KA04'],
  );
  check(
    `KA04 mended assignments`,
    {
      ...P('20.x'),
      'server.js': srv.create.replace(
        'server.listen',
        'server.keepAliveTimeout = 75 * 1000;\nserver.headersTimeout = 76 * 1000;\nserver.listen',
      ),
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended option`,
    {
      ...P('20.x'),
      'server.js':
        "import http from 'http';\nconst server = http.createServer({ keepAliveTimeout: 75_000, headersTimeout: 76_000 }, app);\nserver.listen(1);\n",
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended const`,
    {
      ...P('20.x'),
      'server.js':
        'const KEEP_ALIVE_MS = 75_000;\n' +
        srv.create.replace('server.listen', 'server.keepAliveTimeout = KEEP_ALIVE_MS;\nserver.listen'),
      ...alb(),
    },
    [],
  );
  check(
    `KA04 const too short`,
    {
      ...P('20.x'),
      'server.js':
        'const KEEP_ALIVE_MS = 30_000;\n' +
        srv.create.replace('server.listen', 'server.keepAliveTimeout = KEEP_ALIVE_MS;\nserver.listen'),
      ...alb(),
    },
    ['KA02'],
  );
  check(
    `KA04 mended env`,
    {
      ...P('20.x'),
      'server.js': srv.create.replace(
        'server.listen',
        'server.keepAliveTimeout = Number(process.env.KA ?? 75000);\nserver.listen',
      ),
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended chained`,
    {
      ...P('20.x'),
      'server.js':
        "const http = require('http');\nconst server = http.createServer(app).listen(3000);\nserver.keepAliveTimeout = 75000;\n",
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended express`,
    {
      ...P('20.x'),
      'server.js': `${srv.expressVar}server.keepAliveTimeout = 75000;\nserver.headersTimeout = 76000;\n`,
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended Object.assign`,
    {
      ...P('20.x'),
      'server.js': `${srv.create}Object.assign(server, { keepAliveTimeout: 75000 });\n`,
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended this.server`,
    {
      ...P('20.x'),
      'server.ts':
        "import http from 'http';\nexport class S {\n  private server: http.Server;\n  start() {\n    this.server = http.createServer(this.app);\n    this.server.keepAliveTimeout = 75_000;\n    this.server.listen(1);\n  }\n}\n",
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended nest`,
    {
      ...P('20.x'),
      'main.ts': srv.nest.replace(
        'await app.listen(3000)',
        'const server = await app.listen(3000);\n  server.keepAliveTimeout = 75_000',
      ),
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended nest getHttpServer`,
    {
      ...P('20.x'),
      'main.ts': srv.nest.replace(
        'await app.listen(3000)',
        'app.getHttpServer().keepAliveTimeout = 75_000;\n  await app.listen(3000)',
      ),
      ...alb(),
    },
    [],
  );
  check(
    `KA04 mended koa callback`,
    {
      ...P('20.x'),
      'main.js':
        "import Koa from 'koa';\nimport http from 'http';\nconst app = new Koa();\nconst server = http.createServer(app.callback());\nserver.keepAliveTimeout = 75e3;\nserver.listen(1);\n",
      ...alb(),
    },
    [],
  );
  check(
    `KA04 exported app not a server`,
    {
      ...P('20.x'),
      'app.js': "import express from 'express';\nconst app = express();\napp.use(x);\nexport default app;\n",
      'server.js':
        "import http from 'http';\nimport app from './app.js';\nconst server = http.createServer(app);\nserver.keepAliveTimeout = 75000;\nserver.listen(1);\n",
    },
    [],
  );
  check(
    `KA04 app in other file listen`,
    {
      ...P('20.x'),
      'app.js': "import express from 'express';\nconst app = express();\nexport default app;\n",
      'server.js': "import app from './app.js';\napp.listen(3000);\n",
      ...alb(),
    },
    ['KA04'],
  );
  check(
    `KA04 fastify ok alb`,
    {
      ...P('20.x'),
      'app.js':
        "import Fastify from 'fastify';\nconst app = Fastify({ logger: true });\nawait app.listen({ port: 1 });\n",
      ...alb(),
    },
    [],
  );
  check(
    `KA02 fastify short`,
    {
      ...P('20.x'),
      'app.js':
        "import Fastify from 'fastify';\nconst app = Fastify({ logger: true, keepAliveTimeout: 5000 });\nawait app.listen({ port: 1 });\n",
      ...alb(),
    },
    ['KA02'],
  );
  check(
    `KA02 fastify alb 120`,
    {
      ...P('20.x'),
      'app.js': "const fastify = require('fastify')({ logger: true });\nfastify.listen({ port: 1 });\n",
      ...alb(120),
    },
    ['KA02'],
  );
});
