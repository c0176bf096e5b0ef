/** Probes of servers that people run, set badly and set well. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { buildGoTarget, type GoTarget } from '../../support/go-target.js';
import { accepting, findProgram, freePort } from '../../support/programs.js';
import { failedIds, type ProbeChanges, probe } from './probed.js';

const built = await buildGoTarget();
const nginx = findProgram('nginx');

describe('a service in Go', { skip: built.skip, concurrency: true }, () => {
  async function probed(flags: readonly string[], which: 'http' | 'grpc', changes: ProbeChanges) {
    if (built.skip !== false) throw new Error(built.skip);
    const target: GoTarget = await built.start(...flags);
    try {
      const port = Number(target[which].split(':').at(-1));
      const gathered = await probe({ port }, changes);
      return { ...gathered.facts, failed: gathered.failed, ids: failedIds(gathered) };
    } finally {
      await target.stop();
    }
  }
  const quick = { idleLimitMs: 1 };
  const grpc = { http2: true, grpc: true, timeMs: 300 };

  it('by its defaults has nothing to mend over HTTP/1.1', async () => {
    const { ids, failed } = await probed([], 'http', { idleLimitMs: 500 });
    assert.deepEqual([ids, failed], [[], {}]);
  });

  it('closes each connection', async () => {
    const { ids, keepAlive } = await probed(['-no-keepalive'], 'http', quick);
    assert.deepEqual([ids, keepAlive?.endedBy], [['KA01'], 'announced']);
  });

  it('closes a connection after 7 requests', async () => {
    const { ids, requests } = await probed(['-max-requests-per-conn', '7'], 'http', quick);
    assert.deepEqual([ids, requests?.answered], [['KA06'], 7]);
  });

  it('closes an idle connection', async () => {
    const changes = { idleLimitMs: 60_000, lbIdleMs: 60_000 };
    const { ids, idle } = await probed(['-idle-timeout', '1s'], 'http', changes);
    assert.deepEqual([ids, idle?.endsBy], [['KA02'], 'fin']);
    assert.ok((idle?.timeoutMs ?? 0) > 900, String(idle?.timeoutMs));
  });

  it('allows any number of streams over gRPC, or some', async () => {
    const any = await probed([], 'grpc', grpc);
    assert.deepEqual([any.ids, any.http2Watch?.cut, any.failed], [['H202'], 0, {}]);
    const some = await probed(['-max-concurrent-streams', '100'], 'grpc', grpc);
    assert.deepEqual([some.ids, some.http2Settings?.maxConcurrentStreams], [[], 100]);
  });

  it('has too many pings over gRPC, and ends young connections', async () => {
    const flags = ['-max-concurrent-streams', '100'];
    const pinged = await probed(flags, 'grpc', { ...grpc, pingEveryMs: 50 });
    assert.deepEqual([pinged.ids, pinged.pings?.goaway?.debug], [['G01'], 'too_many_pings']);
    const aged = await probed([...flags, '-max-connection-age', '500ms'], 'grpc', {
      ...grpc,
      timeMs: 60_000,
    });
    assert.deepEqual([aged.ids, aged.http2Watch?.goaway?.debug], [['G03'], 'max_age']);
  });
});

test('nginx: the requests and the time that it is told', {
  skip: nginx === null && 'nginx is not installed',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-probe-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port));
  const child = spawn(nginx ?? '', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    await accepting(port, child);
    const gathered = await probe({ port }, { idleLimitMs: 60_000 });
    assert.deepEqual(failedIds(gathered), ['KA06', 'KA07', 'KA13']);
    const { keepAlive, idle, requests } = gathered.facts;
    assert.match(keepAlive?.server ?? '', /^nginx/);
    assert.deepEqual([requests?.answered, requests?.endedBy], [60, 'announced']);
    assert.deepEqual([idle?.endsBy, idle?.hintSec], ['fin', 30]);
    assert.ok((idle?.timeoutMs ?? 0) > 900, String(idle?.timeoutMs));
  } finally {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
});

function configuration(folder: string, port: number): string {
  return `
daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  keepalive_timeout 1s 30s;
  keepalive_requests 60;
  server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } }
}`;
}
