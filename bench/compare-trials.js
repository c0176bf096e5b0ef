/**
 * Whether `zipfire compare` can be trusted: how often it calls a service different from itself, and how often it
 * finds one that is 15 % slower. `node bench/compare-trials.js [runs] [milliseconds]`
 *
 * Both services are run in turns, 120 runs of each by default, in repeats of five, which takes about three minutes. Then
 * the runs are resampled: in each trial, runs drawn without replacement are dealt to base and new. Against itself five to
 * each, 200 times; against the slower one ten of each, 200 times. What is drawn follows from the trial, so a recording is
 * judged alike each time.
 *
 * Dealing at random takes out what drifts on the machine, so that the test's own promise is what is left to be seen. A CI
 * has no such luck: it compares five runs in a row with five others in a row. So the recorded repeats are compared as they
 * are, too, each with those that came soon before it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compareResults, readResult } from '../dist/compare/index.js';
import { integerBelow, streamOf } from '../dist/core/index.js';

const RUNS = 120;
const RUN_MS = 300;
/** Runs in a row against one service, before it is the other's turn: what `--repeat 5` gives. */
const IN_A_ROW = 5;
/** Repeats are compared as they are with so many before them. */
const NEIGHBOURS = 3;
const TRIALS = 200;
/** Both whole milliseconds, which timers meet without a core to spin on. */
const LATENCY_MS = 20;
const SLOWER = 1.15;
const PROMISE = { falseAlarms: 0.05, found: 0.9 };

const bin = fileURLToPath(new URL('../bin/zipfire.js', import.meta.url));

/** @returns {Promise<{ what: string, figure: string, promise: string, kept: boolean }[]>} */
export async function run(runs = RUNS, runMs = RUN_MS) {
  const folder = await mkdtemp(join(tmpdir(), 'zipfire-trials-'));
  try {
    const recorded = { base: [], slow: [] };
    for (let turn = 0; turn * IN_A_ROW < runs; turn++) {
      const out = join(folder, 'result.json');
      recorded.base.push(...(await record(LATENCY_MS, runMs, out)));
      recorded.slow.push(...(await record(LATENCY_MS * SLOWER, runMs, out)));
    }
    return [
      falseAlarms(recorded.base, 5),
      falseAlarmsInTurns([recorded.base, recorded.slow]),
      found(recorded.base, recorded.slow, 10),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs against a service of its own. */
async function record(latencyMs, runMs, out) {
  const server = spawn(
    process.execPath,
    [bin, 'serve', '--port', '0', '--latency', `${Math.round(latencyMs)}ms`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await once(server.stdout, 'data');
  const url = /http:\/\/\S+/.exec(String(line))?.[0];
  try {
    const load = ['-c', '32', '-t', '1', '-d', `${runMs}ms`, '--warmup', '200ms'];
    const client = spawn(
      process.execPath,
      [bin, `${url}/kv/{{key}}`, '--keys', 'zipf:n=1e4', ...load, '--repeat', String(IN_A_ROW), '--out', out],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    await once(client, 'close');
    return JSON.parse(await readFile(out, 'utf8')).runs;
  } finally {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

/** How often a service is called better or worse than itself. */
function falseAlarms(runs, repeats) {
  const alarms = count((trial) => {
    const drawn = draw(runs, 2 * repeats, 'itself', trial);
    const { metrics } = compare(drawn.slice(0, repeats), drawn.slice(repeats));
    return metrics.some(({ verdict }) => verdict !== '~');
  });
  const share = alarms / TRIALS;
  return {
    what: `called different from itself, ${repeats} repeats`,
    figure: `${(100 * share).toFixed(1)} % of ${TRIALS}`,
    promise: `≤ ${100 * PROMISE.falseAlarms} %`,
    kept: share <= PROMISE.falseAlarms,
  };
}

/** The same of repeats as they came, each with those a little before it: of both services, each with itself. */
function falseAlarmsInTurns(services) {
  const pairs = services.flatMap((runs) => {
    const repeats = Array.from({ length: runs.length / IN_A_ROW }, (_, i) =>
      runs.slice(i * IN_A_ROW, (i + 1) * IN_A_ROW),
    );
    return repeats.flatMap((repeat, i) =>
      repeats.slice(Math.max(0, i - NEIGHBOURS), i).map((before) => [before, repeat]),
    );
  });
  const alarms = pairs.filter(([before, repeat]) =>
    compare(before, repeat).metrics.some(({ verdict }) => verdict !== '~'),
  ).length;
  const share = alarms / pairs.length;
  return {
    what: `the same, ${IN_A_ROW} in a row and ${IN_A_ROW} soon after`,
    figure: `${(100 * share).toFixed(1)} % of ${pairs.length}`,
    promise: `≤ ${100 * PROMISE.falseAlarms} %`,
    kept: share <= PROMISE.falseAlarms,
  };
}

/** How often the slower one is called worse, and in nothing better. */
function found(base, slow, repeats) {
  const hits = count((trial) => {
    const { regression } = compare(draw(base, repeats, 'base', trial), draw(slow, repeats, 'slow', trial));
    return regression;
  });
  const share = hits / TRIALS;
  return {
    what: `found to be ${Math.round(100 * (SLOWER - 1))} % slower, ${repeats} repeats`,
    figure: `${(100 * share).toFixed(1)} % of ${TRIALS}`,
    promise: `≥ ${100 * PROMISE.found} %`,
    kept: share >= PROMISE.found,
  };
}

function count(isHit) {
  let hits = 0;
  for (let trial = 0; trial < TRIALS; trial++) if (isHit(trial)) hits++;
  return hits;
}

function compare(base, other) {
  return compareResults(asResult(base, 'base'), [asResult(other, 'new')]);
}

function asResult(runs, name) {
  const validity = { valid: true, reasons: [] };
  const document = { schema: 'zipfire.result/1', startedAt: '', plan: {}, tool: {}, validity, runs };
  return readResult(JSON.stringify(document), name);
}

/** Some of the runs, none twice, in an order of chance. */
function draw(runs, some, name, trial) {
  const left = [...runs];
  return Array.from({ length: some }, (_, i) => {
    const at = integerBelow(left.length, 1, streamOf(`trials ${name}`), trial, i);
    return left.splice(at, 1)[0];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [runs = RUNS, runMs = RUN_MS] = process.argv.slice(2).map(Number);
  const figures = await run(runs, runMs);
  for (const { what, figure, promise, kept } of figures)
    console.log(`${what.padEnd(44)}${figure.padStart(14)}  ${promise}  ${kept ? 'kept' : 'MISSED'}`);
  if (!figures.every(({ kept }) => kept)) process.exitCode = 1;
}
