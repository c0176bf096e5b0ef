/** Parts of Node services, and of what stands before them. */

export const P = (v?: string, more: object = {}) => ({
  'package.json': JSON.stringify(
    { name: 'api', version: '1.0.0', ...(v ? { engines: { node: v } } : {}), ...more },
    null,
    2,
  ),
});
export const alb = (t?: number) => ({
  'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
${t ? `    alb.ingress.kubernetes.io/load-balancer-attributes: routing.http2.enabled=true,idle_timeout.timeout_seconds=${t}\n` : ''}spec:
  ingressClassName: alb
  rules: []
`,
});
export const srv = {
  create:
    "const http = require('http');\nconst server = http.createServer((req, res) => res.end('ok'));\nserver.listen(3000);\n",
  inline:
    "const http = require('node:http');\nhttp.createServer((req, res) => { res.end('ok'); }).listen(3000);\n",
  esm: "import { createServer } from 'node:http';\n\nconst server = createServer((req, res) => res.end());\nserver.listen(3000, () => console.log('up'));\n",
  star: "import * as http from 'http';\nconst server: http.Server = http.createServer(app);\nserver.listen(3000);\n",
  express:
    "const express = require('express');\nconst app = express();\napp.get('/', (req, res) => res.send('x'));\napp.listen(3000);\n",
  expressVar:
    "import express from 'express';\nconst app = express();\nconst server = app.listen(process.env.PORT || 3000, () => {});\n",
  expressHttp:
    "const express = require('express');\nconst http = require('http');\nconst app = express();\nconst server = http.createServer(app);\nserver.listen(8080);\n",
  https:
    "const https = require('https');\nconst server = https.createServer({ key, cert }, app);\nserver.listen(443);\n",
  koa: "const Koa = require('koa');\nconst app = new Koa();\napp.listen(3000);\n",
  newServer: "import http from 'http';\nconst server = new http.Server(handler);\nserver.listen(80);\n",
  dynamicImport:
    "const { createServer } = await import('node:http');\nconst server = createServer();\nserver.listen(80);\n",
  tsRequire: "import http = require('http');\nconst server = http.createServer();\nserver.listen(80);\n",
  requireInline: "const server = require('http').createServer(app);\nserver.listen(80);\n",
  fnListen:
    "import express, { Express } from 'express';\nexport function start(app: Express) {\n  return app.listen(80);\n}\nstart(express());\n",
  typedApp:
    "import express, { Application } from 'express';\nconst app: Application = express();\napp.listen(3000);\n",
  nest: "import { NestFactory } from '@nestjs/core';\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\nbootstrap();\n",
  only: "const http = require('http');\nconst server = http.createServer({ keepAlive: true }, (req, res) => res.end('ok'));\nserver.timeout = 0;\nserver.listen(3000);\n",
};
export const withKa = (ms: string) =>
  srv.create.replace(
    'server.listen',
    `server.keepAliveTimeout = ${ms};\nserver.headersTimeout = ${ms} + 1000;\nserver.listen`,
  );
const gomod = { 'go.mod': 'module a/b\n\ngo 1.25\n' };
export const gosrv = (idle: string) => ({
  ...gomod,
  'main.go': `package main\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nfunc main() {\n\ts := &http.Server{ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute, IdleTimeout: ${idle}}\n\ts.ListenAndServe()\n}\n`,
});
