/**
 * Whether `zipfire capacity` finds limits that are known: a token bucket of 5,000/s, and 20 ms of service time for 100
 * requests at once, which is 5,000/s too. `node bench/capacity-known.js [milliseconds of a run]`
 *
 * Takes some three minutes. A machine on which others work may make the answer `unstable`, or a bound because the
 * generator was the limit: that is no figure, and not counted as a wrong one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const STEP_MS = 2000;
const LIMIT = 5000;
const PROMISE = 0.05;
const services = [
  { what: 'token bucket of 5,000/s', args: ['--rate', String(LIMIT)] },
  { what: '20 ms each, 100 at once', args: ['--concurrency', '100', '--latency', '20ms'] },
];

const bin = fileURLToPath(new URL('../bin/zipfire.js', import.meta.url));

/** @returns {Promise<{ what: string, figure: string, promise: string, kept: boolean | null }[]>} */
export async function run(stepMs = STEP_MS) {
  const folder = await mkdtemp(join(tmpdir(), 'zipfire-capacity-'));
  try {
    const figures = [];
    for (const { what, args } of services)
      figures.push(figureOf(what, await search(args, stepMs, join(folder, 'capacity.json'))));
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The capacity of a service of its own. */
async function search(args, stepMs, out) {
  const server = spawn(process.execPath, [bin, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  const url = /http:\/\/\S+/.exec(String(line))?.[0];
  try {
    const load = [`${url}/kv/{{key}}`, '--keys', 'zipf:n=1e4', '--step', `${stepMs}ms`, '--out', out];
    const client = spawn(process.execPath, [bin, 'capacity', ...load], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    client.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const [code] = await once(client, 'close');
    // What a run ended in an error by stands last.
    if (code === 1 || code === 2 || code === 4) console.error(said.slice(-500));
    return JSON.parse(await readFile(out, 'utf8'));
  } finally {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

function figureOf(what, { valid, ended, maxRate, low, high, confidence, p99Us, steps }) {
  const promise = `within ${100 * PROMISE} %`;
  if (!valid) return { what, figure: `no figure: ${ended}`, promise, kept: null };
  const off = maxRate / LIMIT - 1;
  const runs = steps.reduce((sum, step) => sum + step.runs.length, 0);
  const range = `${low}–${high ?? '?'}, ${Math.round(100 * confidence)} % sure, P99 ${(p99Us / 1000).toFixed(1)} ms`;
  const figure = `${maxRate}/s (${(100 * off).toFixed(1)} %; ${range}; ${runs} runs)`;
  return { what, figure, promise, kept: Math.abs(off) <= PROMISE };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const figures = await run(...process.argv.slice(2).map(Number));
  const verdicts = new Map([
    [true, 'kept'],
    [false, 'MISSED'],
    [null, 'not told'],
  ]);
  for (const { what, figure, promise, kept } of figures)
    console.log(`${what.padEnd(26)}${figure}  ${promise}  ${verdicts.get(kept)}`);
  if (figures.some(({ kept }) => kept === false)) process.exitCode = 1;
}
