/**
 * Whether `run --pid --scrape` names what ails a service that ails on purpose (lib/pattern-server.js).
 * `node bench/patterns.js [seconds of a run] [pattern …]`
 *
 * Takes some six minutes. The quota takes a cgroup that may be made, the network a namespace: as root, on Linux.
 * What the machine does not allow is said, and not counted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quotaPlace, slowNetworkPlace } from './lib/pattern-place.js';

/** What somebody tries: two or three stalls of a service that stalls every ten seconds. */
const SECONDS = 30;
const bin = fileURLToPath(new URL('../bin/zipfire.js', import.meta.url));
const server = fileURLToPath(new URL('./lib/pattern-server.js', import.meta.url));
const script = fileURLToPath(new URL('./lib/slow.script.mjs', import.meta.url));

const patterns = [
  { name: 'lock, open loop', serve: 'lock', load: ['-c', '8', '-R', '400'], expect: 'lock-or-queue' },
  { name: 'lock, closed loop', serve: 'lock', load: ['-c', '4'], expect: 'lock-or-queue' },
  { name: 'GC, open loop', serve: 'gc', load: ['-c', '8', '-R', '400'], expect: 'gc-pause' },
  { name: 'GC, closed loop', serve: 'gc', load: ['-c', '4'], expect: 'gc-pause' },
  { name: 'quota', serve: 'busy', load: ['-c', '8', '-R', '200'], expect: 'cpu-throttling', place: 'quota' },
  {
    name: 'slow network',
    serve: 'network',
    load: ['-c', '16', '-R', '300'],
    expect: 'network-jitter',
    place: 'network',
  },
  { name: 'busy service', serve: 'busy', load: ['-c', '8'], expect: 'cpu-saturation' },
  {
    name: 'slow generator',
    serve: 'calm',
    load: ['-c', '8', '-t', '1', '--script', script],
    expect: 'generator-limit',
  },
  { name: 'calm service', serve: 'calm', load: ['-c', '8', '-R', '400'], expect: null },
];

const seconds = Number(process.argv[2] ?? SECONDS);
const wanted = process.argv.slice(3);
const folder = await mkdtemp(join(tmpdir(), 'zipfire-patterns-'));
let wrong = 0;
try {
  for (const pattern of patterns) {
    if (wanted.length > 0 && !wanted.some((word) => pattern.name.includes(word))) continue;
    const place = placeOf(pattern);
    if (place !== null && 'why' in place) {
      console.log(`${pattern.name}: not possible here, ${place.why}`);
      continue;
    }
    const busy = loadavg()[0].toFixed(1);
    const { diagnosis, signals } = await runOne(pattern, place);
    const named = diagnosis.patterns.filter((each) => each.pattern !== 'unknown');
    // A machine that is busy with others' work is that, too.
    const right = pattern.expect === null ? named.length === 0 : named[0]?.pattern === pattern.expect;
    if (!right) wrong++;
    const first = diagnosis.patterns[0];
    const where = place === null ? '' : ` (${place.what})`;
    console.log(
      `${pattern.name}${where}: ${named.map((each) => each.pattern).join(', ') || 'nothing named'}: ${right ? 'right' : 'WRONG'}`,
    );
    console.log(`  ${first === undefined ? 'nothing stands out' : `${first.pattern}: ${first.summary}`}`);
    console.log(
      `  load average ${busy} before; looking on took ${(100 * signals.cost.share).toFixed(2)} % of a core`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;

function placeOf({ place }) {
  if (place === 'quota') return quotaPlace(0.2);
  return place === 'network' ? slowNetworkPlace() : null;
}

async function runOne({ serve, load }, place) {
  const command = [process.execPath, '--expose-gc', server, serve, place?.address ?? '127.0.0.1'];
  const [program, ...args] = place?.wrap?.(command) ?? command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let restore = () => {};
  try {
    const [line] = await once(child.stdout, 'data');
    const url = String(line).trim();
    // `ip netns exec` becomes what it runs, so the number is the service's.
    place?.add?.(child.pid);
    restore = place?.slow?.() ?? restore;
    const out = join(folder, 'result.json');
    const look = ['--pid', String(child.pid), '--scrape', `${url}/metrics`, '--out', out];
    const client = spawn(
      process.execPath,
      [bin, 'run', `${url}/a`, '-q', '-d', `${seconds}s`, ...load, ...look],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await once(client, 'close');
    return JSON.parse(await readFile(out, 'utf8'));
  } finally {
    restore();
    child.kill('SIGTERM');
    await ended;
    place?.close?.();
  }
}
