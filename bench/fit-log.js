/**
 * What `zipfire keys fit` costs on a log of 1 GB with about a million distinct keys: seconds and peak memory of the
 * whole process. `node bench/fit-log.js [bytes]`
 *
 * The log is written to the temporary folder first, in combined log format, and removed afterwards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createKeyGenerator, parseKeyFlag } from '../dist/keys/index.js';

const BYTES = 1e9;
const KEYS = parseKeyFlag('zipf:n=1.2e6,alpha=0.9');
const LINES_A_WRITE = 10_000;
const PROMISE = { sec: 60, megabytes: 400 };

/** @returns {Promise<{ what: string, figure: number, unit: string, promise?: string }[]>} */
export async function run(bytes = BYTES) {
  const folder = await mkdtemp(join(tmpdir(), 'zipfire-fit-'));
  try {
    const log = join(folder, 'access.log');
    const written = await writeLog(log, bytes);
    const cost = await fit(log, join(folder, 'fit.json'));
    const found = JSON.parse(await readFile(join(folder, 'fit.json'), 'utf8'));
    return [
      { what: 'log', figure: Number((written / 1e6).toFixed(0)), unit: 'MB' },
      { what: 'requests', figure: found.requests, unit: '' },
      { what: 'distinct keys', figure: found.distinct, unit: '' },
      { what: 'time', figure: Number(cost.sec.toFixed(1)), unit: 's', promise: `≤ ${PROMISE.sec}` },
      {
        what: 'peak memory (RSS)',
        figure: Number(cost.megabytes.toFixed(0)),
        unit: 'MB',
        promise: `≤ ${PROMISE.megabytes}`,
      },
      { what: `alpha, of ${KEYS.params.alpha}`, figure: Number(found.alpha?.toFixed(4)), unit: '' },
      { what: `n, of ${KEYS.n}`, figure: found.n, unit: '' },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeLog(path, bytes) {
  const generator = createKeyGenerator(KEYS, 1, 'log');
  const out = createWriteStream(path);
  let written = 0;
  for (let hit = 0; written < bytes; hit += LINES_A_WRITE) {
    let text = '';
    for (let i = hit; i < hit + LINES_A_WRITE; i++) {
      text += `10.0.${i & 255}.${(i >> 8) & 255} - - [20/Nov/2026:10:00:00 +0000] "GET /kv/user_${generator.at(i)} HTTP/1.1" 200 1532 "-" "curl/8.5"\n`;
    }
    written += text.length;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return written;
}

/** Its own child process, so that the peak is that of the command alone. */
async function fit(log, out) {
  const program = `
    const { main } = await import(${JSON.stringify(new URL('../dist/cli/main.js', import.meta.url).href)});
    const code = await main(['keys', 'fit', ${JSON.stringify(log)}, '--out', ${JSON.stringify(out)}]);
    console.error(process.resourceUsage().maxRSS);
    process.exit(code);`;
  const start = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peak = '';
  child.stderr.on('data', (chunk) => {
    peak += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`keys fit ended with ${code}: ${peak.slice(0, 500)}`);
  return { sec: (performance.now() - start) / 1e3, megabytes: Number(peak.trim()) / 1024 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const bytes = process.argv[2] === undefined ? BYTES : Number(process.argv[2]);
  for (const { what, figure, unit, promise = '' } of await run(bytes))
    console.log(`${what.padEnd(24)}${String(figure).padStart(12)} ${unit}  ${promise}`);
}
