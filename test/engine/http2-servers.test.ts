import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { server as certificate } from '../support/certs.js';
import { accepting, findProgram, freePort } from '../support/programs.js';
import { planFor } from './plan.js';

/** Servers that people run, each with a limit that a client has to mind. */

const nghttpd = findProgram('nghttpd');
const nginx = findProgram('nginx');

/** Runs `body` while the server does; it ends and its folder goes away whatever happens. */
async function serving(
  command: (folder: string, port: number) => readonly [program: string, ...flags: string[]],
  body: (port: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-server-'));
  const port = await freePort();
  const [program, ...flags] = command(folder, port);
  const child = spawn(program, flags, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await accepting(port, child);
    await body(port);
  } finally {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

function assertAllWell({ summary, errorKinds }: Measurement, requests: number): void {
  assert.deepEqual(
    { sent: summary.sent, ok: summary.ok, errorKinds },
    {
      sent: requests,
      ok: requests,
      errorKinds: { connect: 0, read: 0, write: 0, timeout: 0, protocol: 0, status: 0 },
    },
  );
}

const bounded = (requests: number) => ({ measure: { durationMs: null, requests } });

test(
  'nghttpd that allows three streams where we have eight',
  { skip: nghttpd === null && 'nghttpd is not installed' },
  () =>
    serving(
      (folder, port) => {
        writeFileSync(join(folder, 'kv'), 'x'.repeat(100));
        return [nghttpd ?? '', '--no-tls', '-a', '127.0.0.1', '-m', '3', '-d', folder, String(port)];
      },
      async (port) => {
        const operations = [
          { name: 'read', weight: 1, method: 'GET', path: '/kv?key={{key}}', headers: [], body: null },
        ];
        const load = { http: '2', connections: 2, workers: 2, streams: 8 } as const;
        const measured = await runPlan(planFor(port, { operations, load, phases: bounded(2000) }));
        assertAllWell(measured, 2000);
        assert.equal(measured.connections.protocol, 'h2c');
      },
    ),
);

test(
  'nginx over TLS that ends a connection after 100 requests',
  { skip: nginx === null && 'nginx is not installed' },
  () =>
    serving(
      (folder, port) => {
        writeFileSync(join(folder, 'cert.pem'), certificate.cert);
        writeFileSync(join(folder, 'key.pem'), certificate.key);
        writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, port));
        return [nginx ?? '', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
      },
      async (port) => {
        const plan = planFor(port, {
          load: { connections: 2, workers: 1, streams: 4 },
          phases: bounded(3000),
        });
        const tls = { serverName: '', ca: null, cert: null, key: null, insecure: true };
        const target = { ...plan.target, url: `https://127.0.0.1:${port}/`, tls };
        const measured = await runPlan({ ...plan, target });
        assert.equal(measured.summary.sent, 3000);
        assert.equal(measured.connections.protocol, 'h2');
        assert.ok(measured.connections.reconnects >= 20, `${measured.connections.reconnects} reconnects`);
        assertAllWell(measured, 3000);
      },
    ),
);

function nginxConfiguration(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return `
    daemon off; pid ${folder}/pid; worker_processes 1;
    events { worker_connections 256; }
    http {
      access_log off; keepalive_requests 100; ${temporary}
      server {
        listen 127.0.0.1:${port} ssl http2;
        ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
        location / { return 200 "ok"; }
      }
    }`;
}
