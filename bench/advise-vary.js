/**
 * Whether `zipfire advise --exec --vary` can be trusted: it has to name the better GOMAXPROCS of the Go target, with an
 * interval that holds the gain measured by hand; and the same service in both arms has to give `~`.
 *
 *   node bench/advise-vary.js [milliseconds a run] [runs to resample] [runs of each arm]
 *
 * Needs Go, and two cores of which the machine uses little: both are the service's, and the generator needs a bit.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usualGuard } from '../dist/advisor/experiments/figures.js';
import { judgeSession } from '../dist/advisor/experiments/judge.js';
import { disputedArms } from '../dist/advisor/experiments/same-rate.js';
import { integerBelow, streamOf } from '../dist/core/index.js';
import { median } from '../dist/statistics/order.js';
import { goTargetPath, provideGoTarget } from './lib/go-target.js';

const bin = fileURLToPath(new URL('../bin/zipfire.js', import.meta.url));
const PORT = 18_990;
const URL_ = `http://127.0.0.1:${PORT}/kv/a`;
/** CPU time of a request: so much that the generator needs little beside it. */
const WORK = '2ms';
const LOAD = ['-c', '8', '-t', '1', '--warmup', '300ms'];
const TRIALS = 100;

const [runMs = 1000, recorded = 40, repeats = 6] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'zipfire-vary-'));
try {
  const missing = provideGoTarget();
  if (missing !== null) throw new Error(missing);
  const words = [goTargetPath, '-http', `127.0.0.1:${PORT}`, '-grpc', '', '-work', WORK];

  const hand = { 1: [], 2: [] };
  for (let i = 0; i < repeats; i++)
    for (const procs of i % 2 === 0 ? [1, 2] : [2, 1])
      hand[procs].push(...(await runByHand(words, procs, 1)));
  const gain = median(hand[2].map(({ qps }) => qps)) / median(hand[1].map(({ qps }) => qps));

  const exec = words.map((word) => `'${word}'`).join(' ');
  const advice = await advise(['--exec', exec, '--vary', 'GOMAXPROCS=1,2']);
  const [{ verdict, conclusion, comparisons }] = advice.experiments;
  const { low, high } = comparisons.find(({ metric }) => metric === 'qps');
  const finding = advice.findings.find(({ gain: seen }) => seen !== undefined);
  console.log(conclusion);
  row('the better one is named', verdict, verdict === 'GOMAXPROCS=2');
  row('finding', `${finding?.id} ${finding?.confidence}`, finding?.id === 'CPU07');
  row(
    `by hand × ${gain.toFixed(2)}, in ${low.toFixed(2)} to ${high.toFixed(2)}`,
    '',
    low <= gain && gain <= high,
  );

  const runs = await runByHand(words, 2, recorded);
  const quiet = count((trial) => sameTwice(draw(runs, 2 * repeats, trial)) === '~');
  row(`the same in both arms: ~ in ${TRIALS} trials of ${recorded} runs`, `${quiet} %`, quiet >= 95);
} finally {
  await rm(folder, { recursive: true });
}

function row(what, figure, kept) {
  console.log(`${what.padEnd(52)} ${figure.padEnd(16)} ${kept ? 'kept' : 'MISSED'}`);
  if (!kept) process.exitCode = 1;
}

/** A service that is started here, loaded by `zipfire run`, and stopped. */
async function runByHand([program, ...args], procs, repeat) {
  const env = { ...process.env, GOMAXPROCS: String(procs) };
  const server = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  try {
    const out = join(folder, 'run.json');
    await zipfire(['run', URL_, ...LOAD, '-d', `${runMs}ms`, '--repeat', String(repeat), '--out', out]);
    return JSON.parse(await readFile(out, 'utf8')).runs;
  } finally {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

async function advise(args) {
  const out = join(folder, 'advice.json');
  const lengths = ['-d', `${runMs}ms`, '--arm-duration', `${runMs}ms`, '--repeats', String(repeats)];
  await zipfire(['advise', URL_, ...LOAD, ...lengths, '--logs', join(folder, 'logs'), ...args, '--out', out]);
  return JSON.parse(await readFile(out, 'utf8'));
}

async function zipfire(args) {
  const child = spawn(process.execPath, [bin, ...args, '-q'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close');
  // 5: a run that does not hold; the figures say what it is worth.
  if (code !== 0 && code !== 5) throw new Error(`zipfire ${args[0]} ended with ${code}`);
}

/** The verdict on runs of one service that are dealt to two arms. */
function sameTwice(runs) {
  const objective = { name: 'qps', better: 'higher', unit: 'perSec', of: () => null };
  const trials = runs.map(({ qps, errorRate, latencyUs }) => ({
    qps,
    p99Us: latencyUs.response.p99,
    errorRate,
    value: qps,
    met: null,
    invalid: [],
    caveats: [],
  }));
  const arms = [trials.slice(0, repeats), trials.slice(repeats)].map((some) => ({
    arm: {},
    trials: some,
    left: null,
  }));
  const view = {
    name: 'same',
    guarded: true,
    arms: [0, 1].map((at) => ({ at, settings: { arm: String(at) } })),
  };
  const options = { objective, guard: usualGuard(objective), constrained: false, minEffect: 0.02 };
  const judged = judgeSession(arms, [view], options);
  // What an open loop would be asked about counts as told apart: it can only take it back.
  return disputedArms(judged, [view], ['qps', 'p99']).length > 0 ? 'disputed' : judged[0].verdict;
}

function count(holds) {
  return Array.from({ length: TRIALS }, (_, trial) => trial).filter(holds).length;
}

/** Some of the runs, none twice, in an order of chance. */
function draw(runs, some, trial) {
  const left = [...runs];
  return Array.from({ length: some }, (_, i) => {
    const at = integerBelow(left.length, 1, streamOf('vary trials'), trial, i);
    return left.splice(at, 1)[0];
  });
}
