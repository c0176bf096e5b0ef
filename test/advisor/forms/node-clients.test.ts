/** Clients of Node (KA10) in the forms in which people write them, and what is no server. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the sources that are read
import { describe } from 'node:test';
import { check } from './forms.js';
import { gosrv, P, srv, withKa } from './node-texts.js';

describe('clients of Node', () => {
  // KA10
  const ka10 = {
    agent:
      "const http = require('http');\nconst agent = new http.Agent();\nhttp.get({ host: 'x', agent });\n",
    agentMax: "const https = require('https');\nconst agent = new https.Agent({ maxSockets: 50 });\n",
    named:
      "import { Agent } from 'node:https';\nexport const agent = new Agent({ rejectUnauthorized: false });\n",
    fals: "import http from 'http';\nconst agent = new http.Agent({ keepAlive: false });\n",
    axios:
      "const axios = require('axios');\nconst https = require('https');\nconst client = axios.create({ baseURL: 'http://x', httpsAgent: new https.Agent({ maxSockets: 10 }) });\n",
    nodefetch:
      "import fetch from 'node-fetch';\nimport { Agent } from 'http';\nconst agent = new Agent({});\nawait fetch('http://x', { agent });\n",
    reqInline: "const agent = new (require('http').Agent)({ maxSockets: 3 });\n",
  };
  for (const [k, s] of Object.entries(ka10))
    check(`KA10 ${k}`, { ...P('20.x'), 'src/client.js': s }, ['KA10']);
  for (const v of ['18.x', '16', '>=16 <19', '18'])
    check(
      `KA10 default agent ${v}`,
      {
        ...P(v),
        'src/client.js':
          "const http = require('http');\nhttp.get('http://orders:8080/', (res) => res.resume());\n",
      },
      ['KA10'],
    );
  check(
    `KA10 default agent >=16`,
    {
      ...P('>=16'),
      'src/client.js':
        "const http = require('http');\nhttp.get('http://orders:8080/', (res) => res.resume());\n",
    },
    ['KA10'],
  );
  check(
    `KA10 https.request 18 docker`,
    {
      ...P(),
      'src/client.ts':
        "import https from 'https';\nconst req = https.request({ hostname: 'x', path: '/' }, (res) => {});\nreq.end();\n",
      Dockerfile: 'FROM node:18-alpine\nCMD ["node","x"]\n',
    },
    ['KA10'],
  );
  check(
    `KA10 axios default 18`,
    {
      ...P('18.x', { dependencies: { axios: '^1.0.0' } }),
      'src/client.js':
        "const axios = require('axios');\nmodule.exports = (id) => axios.get(`http://orders/${id}`);\n",
    },
    ['KA10'],
  );
  check(
    `KA10 node-fetch default 18`,
    {
      ...P('18.x'),
      'src/client.js':
        "import fetch from 'node-fetch';\nexport const get = (id) => fetch(`http://orders/${id}`);\n",
    },
    ['KA10'],
  );
  check(
    `KA10 got default 18`,
    {
      ...P('18.x'),
      'src/client.js':
        "import got from 'got';\nexport const get = (id) => got(`http://orders/${id}`).json();\n",
    },
    ['KA10'],
  );
  check(
    `KA10 global fetch 18 ok`,
    { ...P('18.x'), 'src/client.js': 'export const get = (id) => fetch(`http://orders/${id}`);\n' },
    [],
  );
  for (const [k, s] of Object.entries({
    keep: "const http = require('http');\nconst agent = new http.Agent({ keepAlive: true, maxSockets: 50 });\nhttp.get({ host: 'x', agent });\n",
    keepVar:
      "const http = require('http');\nconst keepAlive = true;\nconst agent = new http.Agent({ keepAlive });\n",
    opts: "const http = require('http');\nconst opts = { keepAlive: true };\nconst agent = new http.Agent(opts);\n",
    spread: "const http = require('http');\nconst agent = new http.Agent({ ...base, maxSockets: 4 });\n",
    agentkeepalive: "const Agent = require('agentkeepalive');\nconst agent = new Agent({ maxSockets: 4 });\n",
    undici:
      "import { Agent, setGlobalDispatcher } from 'undici';\nsetGlobalDispatcher(new Agent({ connections: 100 }));\n",
    globalAgent:
      "const http = require('http');\nhttp.globalAgent = new http.Agent({ keepAlive: true });\nhttp.get('http://x');\n",
  }))
    check(`KA10 ok ${k}`, { ...P('20.x'), 'src/client.js': s }, []);
  check(
    'KA10 ok 18 globalAgent.keepAlive',
    {
      ...P('18.x'),
      'src/client.js':
        "const http = require('http');\nhttp.globalAgent.keepAlive = true;\nhttp.get('http://x');\n",
    },
    [],
  );
  check(
    'KA10 ok 18 globalAgent',
    {
      ...P('18.x'),
      'src/client.js':
        "const http = require('http');\nhttp.globalAgent = new http.Agent({ keepAlive: true });\nhttp.get('http://x');\n",
    },
    [],
  );
  check(
    'KA10 ok 18 request with agent option',
    {
      ...P('18.x'),
      'src/client.js':
        "const http = require('http');\nconst agent = new http.Agent({ keepAlive: true });\nconst options = { host: 'x', agent };\nhttp.request(options, cb).end();\n",
    },
    [],
  );
  check(
    'KA10 ok node 20 request',
    { ...P('20.x'), 'src/client.js': "const http = require('http');\nhttp.request(options, cb).end();\n" },
    [],
  );
  check(
    'KA10 undici long vs server',
    {
      'a/package.json': '{"name":"a"}',
      'b/package.json': '{"name":"b"}',
      'a/client.js':
        "import { Pool } from 'undici';\nexport const pool = new Pool('http://b:80', { keepAliveTimeout: 30_000, connections: 10 });\n",
      'b/server.js': withKa('10_000'),
    },
    ['KA10'],
  );
  check(
    'KA10 undici long vs default node 20',
    {
      'a/package.json': '{"name":"a"}',
      'b/package.json': '{"name":"b","engines":{"node":"20"}}',
      'a/client.js':
        "import { Agent } from 'undici';\nexport const a = new Agent({ keepAliveTimeout: 30_000 });\n",
      'b/server.js': srv.create,
    },
    ['KA04', 'KA10'],
  );
  check(
    'KA10 undici default vs 3 s',
    {
      'a/package.json': '{"name":"a"}',
      'b/package.json': '{"name":"b"}',
      'a/client.js': "import { request, Agent } from 'undici';\nconst a = new Agent();\n",
      'b/server.js': withKa('3000'),
    },
    ['KA10', 'KA13'],
  );
  check(
    'KA10 undici vs go server',
    {
      'a/package.json': '{"name":"a"}',
      'a/client.js':
        "import { Agent } from 'undici';\nexport const a = new Agent({ keepAliveTimeout: 120_000 });\n",
      ...gosrv('60 * time.Second'),
    },
    ['KA10'],
  );
  check(
    'KA10 undici ok',
    {
      'a/package.json': '{"name":"a"}',
      'b/package.json': '{"name":"b"}',
      'a/client.js':
        "import { Pool } from 'undici';\nexport const pool = new Pool('http://b:80', { keepAliveTimeout: 4_000 });\n",
      'b/server.js': withKa('10_000'),
    },
    [],
  );
  check(
    'KA10 undici long alone',
    {
      ...P('20.x'),
      'a/client.js':
        "import { Agent } from 'undici';\nexport const a = new Agent({ keepAliveTimeout: 120_000 });\n",
    },
    [],
  );
  check(
    'jest test not judged',
    {
      ...P('20.x'),
      'src/app.test.js': srv.create,
      'test/helper.js': srv.create,
      '__tests__/a.js': srv.create,
      'e2e/x.spec.ts': srv.create,
    },
    [],
  );
  check(
    'React app',
    { ...P('20.x'), 'src/App.tsx': "export default () => <div>{'/'}</div>;\n", 'src/a.jsx': 'x' },
    [],
  );
  check(
    'webpack dev',
    {
      ...P('20.x'),
      'webpack.config.js': "const path = require('path');\nmodule.exports = { devServer: { port: 3000 } };\n",
    },
    [],
  );
});
