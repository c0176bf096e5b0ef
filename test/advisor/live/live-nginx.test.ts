/** nginx as people set it up, with one fault each, and the same with the fault mended. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunFlags } from '#zipfire/profile/index.js';
import { server as certificate } from '../../support/certs.js';
import { accepting, findProgram, freePort } from '../../support/programs.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, assertFaults, assertMended } from './advised.js';

const nginx = findProgram('nginx');
/** `nginx version: nginx/1.22.1` */
const version =
  nginx === null ? '' : (/[\d.]+/.exec(spawnSync(nginx, ['-v'], { encoding: 'utf8' }).stderr)?.[0] ?? '');

/** What differs from a configuration that is right. */
interface Settings {
  readonly workers?: string;
  readonly http?: string;
  /** Behind the address of `listen`. */
  readonly listen?: string;
  readonly upstream?: string;
  readonly location?: string;
  /** Of TLS sessions. */
  readonly cache?: string;
}

interface Case {
  readonly name: string;
  readonly ids: readonly string[];
  readonly broken: Settings;
  readonly mended: Settings;
  readonly load: RunFlags;
  readonly tls?: boolean;
  readonly proxies?: boolean;
  readonly probe?: Readonly<Record<string, string>>;
  readonly cpus?: number;
}

const some: RunFlags = { connections: '2', requests: '50' };
const briefly = { idleLimit: '500ms', probeRequests: '120', probeTime: '300ms' };

const cases: readonly Case[] = [
  {
    name: 'one worker where there are more CPUs',
    ids: ['CPU12'],
    broken: { workers: '1' },
    mended: { workers: 'auto' },
    load: some,
    cpus: 2,
  },
  {
    name: 'keepalive_requests 10',
    ids: ['KA06'],
    broken: { http: 'keepalive_requests 10;' },
    mended: { http: 'keepalive_requests 1000;' },
    load: some,
    probe: briefly,
  },
  {
    name: 'keepalive_timeout 1 behind a load balancer of 4 s',
    ids: ['KA02'],
    broken: { http: 'keepalive_timeout 1;' },
    mended: { http: 'keepalive_timeout 75;' },
    load: some,
    probe: { ...briefly, lbIdle: '4s', idleLimit: '4500ms' },
  },
  {
    name: 'keepalive_timeout 2 behind a load balancer of as long',
    ids: ['KA03'],
    broken: { http: 'keepalive_timeout 2;' },
    mended: { http: 'keepalive_timeout 75;' },
    load: some,
    probe: { ...briefly, lbIdle: '2s', idleLimit: '3500ms' },
  },
  {
    name: 'keepalive_timeout 0',
    ids: ['KA01'],
    broken: { http: 'keepalive_timeout 0;' },
    mended: { http: 'keepalive_timeout 75;' },
    load: some,
    probe: briefly,
  },
  {
    name: 'keepalive_timeout 1, whatever is in front',
    ids: ['KA13'],
    broken: { http: 'keepalive_timeout 1;' },
    mended: { http: 'keepalive_timeout 75;' },
    load: some,
    probe: { ...briefly, idleLimit: '4500ms' },
  },
  {
    name: 'no resumption of TLS sessions',
    ids: ['TLS1'],
    broken: { listen: 'ssl', http: 'ssl_session_tickets off;', cache: 'off' },
    mended: { listen: 'ssl', http: 'ssl_session_tickets off;' },
    tls: true,
    load: { ...some, insecure: true },
    probe: briefly,
  },
  {
    name: 'one stream, and a load that would not know',
    ids: ['H201'],
    broken: { listen: 'ssl http2', http: 'http2_max_concurrent_streams 1;' },
    mended: { listen: 'ssl http2', http: 'http2_max_concurrent_streams 128;' },
    tls: true,
    load: { ...some, insecure: true },
    probe: briefly,
  },
  {
    name: 'a promise to keep connections for longer than is kept',
    ids: ['KA07'],
    broken: { http: 'keepalive_timeout 5s 30s;' },
    mended: { http: 'keepalive_timeout 5s 5s;' },
    load: some,
    probe: { ...briefly, idleLimit: '6500ms' },
  },
  {
    name: 'an upstream without keepalive',
    ids: ['KA08'],
    broken: {},
    mended: {
      upstream: 'keepalive 16;',
      location: 'proxy_http_version 1.1; proxy_set_header Connection "";',
    },
    proxies: true,
    load: some,
  },
  {
    name: 'an accept queue of four',
    ids: ['K02'],
    broken: { listen: 'backlog=4' },
    mended: { listen: 'backlog=1024' },
    load: { connections: '16', requests: '200' },
  },
  {
    name: 'four streams on an HTTP/2 connection',
    ids: ['H201'],
    broken: { listen: 'ssl http2', http: 'http2_max_concurrent_streams 4;' },
    mended: { listen: 'ssl http2', http: 'http2_max_concurrent_streams 128;' },
    tls: true,
    load: { connections: '1', streams: '8', requests: '100', insecure: true },
  },
  {
    name: 'a window of 2 KiB for bodies of 200 kB',
    ids: ['H203'],
    broken: { listen: 'ssl http2', http: 'http2_body_preread_size 2k;' },
    mended: { listen: 'ssl http2', http: 'http2_body_preread_size 1m;' },
    tls: true,
    load: { ...some, method: 'POST', body: 'x'.repeat(200_000), insecure: true },
    probe: briefly,
  },
  {
    name: 'HTTP/1.1 over TLS to a server that offers HTTP/2',
    ids: ['H204'],
    broken: { listen: 'ssl http2' },
    mended: { listen: 'ssl' },
    tls: true,
    load: { ...some, http1: true, insecure: true },
    probe: briefly,
  },
];

async function advised(settings: Settings, { load, probe, tls = false, proxies = false }: Case) {
  const upstream = proxies ? await startUpstream() : null;
  const folder = mkdtempSync(join(os.tmpdir(), 'zipfire-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  writeFileSync(join(folder, 'Dockerfile'), `FROM nginx:${version}\n`);
  writeFileSync(file, configuration(settings, folder, port, upstream?.port ?? null));
  const child = spawn(nginx ?? '', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    await accepting(port, child);
    assert.ok(child.pid !== undefined);
    const live = {
      url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
      pid: child.pid,
      files: [file, join(folder, 'Dockerfile')],
    };
    return await adviseOn(live, load, probe === undefined ? {} : { probe: true, ...probe });
  } finally {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
    await upstream?.stop();
  }
}

function configuration(
  {
    workers = 'auto',
    http = '',
    listen = '',
    upstream = '',
    location = '',
    cache = 'shared:TLS:1m',
  }: Settings,
  folder: string,
  port: number,
  upstreamPort: number | null,
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const certificates = listen.startsWith('ssl')
    ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; ssl_session_cache ${cache};`
    : '';
  const passes = upstreamPort === null ? 'return 200 "ok";' : `proxy_pass http://service; ${location}`;
  return `daemon off; pid ${folder}/pid; worker_processes ${workers};
    events { worker_connections 256; }
    http {
      access_log off; ${temporary} ${http}
      ${upstreamPort === null ? '' : `upstream service { server 127.0.0.1:${upstreamPort}; ${upstream} }`}
      server {
        listen 127.0.0.1:${port} ${listen}; ${certificates}
        location / { ${passes} }
      }
    }`;
}

async function startUpstream() {
  const script = fileURLToPath(new URL('node-target.js', import.meta.url));
  const { line, stop } = await startWithStdin(process.execPath, [script, '{}']);
  return { port: Number(line), stop };
}

describe('the catalogue of faults in nginx that runs', { concurrency: 4 }, () => {
  for (const each of cases) {
    const tooFew = (each.cpus ?? 1) > os.availableParallelism() && `needs ${each.cpus} CPUs`;
    const skip = nginx === null ? 'nginx is not installed' : tooFew;
    it(`finds ${each.ids.join(', ')}: ${each.name}`, { skip }, async () => {
      assertFaults(await advised(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, { skip }, async () => {
      assertMended(await advised(each.mended, each), each.ids);
    });
  }
});
