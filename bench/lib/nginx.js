/** nginx with one worker on one core: a server fast enough that the client is what is measured. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './machine.js';

const body = '0123456789abcdef0123456789abcdef';

/**
 * @param {{core?: number|null, tls?: boolean, burn?: number}} [options] `burn`: regular expressions the server
 *   tries, in vain, for each request, to make the server and not the client the bottleneck
 * @returns {Promise<{origin: string, url: string, requests: () => Promise<number>, stop: () => Promise<void>}>}
 *   `requests`: requests answered so far by the server's own count, this question left out
 */
export async function startNginx({ core = null, tls = false, burn = 0 } = {}) {
  const nginx = findProgram('nginx');
  if (!nginx) throw new Error('nginx is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-bench-'));
  const port = await freePort();
  const statusPort = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration({ folder, port, statusPort, tls, burn }));
  if (tls) makeCertificate(folder);

  const argv = [nginx, '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const pinned = core === null ? argv : ['taskset', '-c', String(core), ...argv];
  const child = spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let asked = 0;
  const requests = async () => {
    const answer = await fetch(`http://127.0.0.1:${statusPort}/`);
    const counters = /handled requests\s+\d+ \d+ (\d+)/.exec(await answer.text());
    return Number(counters[1]) - ++asked;
  };
  const remove = () => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const stop = async () => {
    process.off('exit', remove);
    remove();
    await ended;
  };
  try {
    await untilAnswering(requests, child);
  } catch {
    await stop();
    throw new Error(`nginx did not start: ${complaint.trim() || 'no reason given'}`);
  }
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { origin, url: `${origin}/kv/user_1`, requests, stop };
}

function configuration({ folder, port, statusPort, tls, burn }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const certificate = tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : '';
  const rewrites = Array.from({ length: burn }, (_, i) => `rewrite ^/kv/.*[a-z]+_none${i}$ /kv/x last;`).join(
    '\n',
  );
  return `
worker_processes 1; daemon off; pid ${folder}/pid; worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; ${temporary}
  server {
    listen 127.0.0.1:${port} ${tls ? 'ssl ' : ''}backlog=16384; ${certificate}
    location /kv/ { ${rewrites} default_type text/plain; return 200 "${body}"; }
  }
  server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }
}
`;
}

function makeCertificate(folder) {
  const made = spawnSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0)
    throw new Error(`openssl made no certificate: ${made.stderr ?? made.error?.message}`);
}

async function untilAnswering(question, child) {
  for (let attempt = 0; ; attempt++) {
    try {
      await question();
      return;
    } catch (error) {
      if (attempt >= 100 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
