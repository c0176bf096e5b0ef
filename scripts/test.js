/**
 * Runs the compiled tests, one process a file, and ends with the totals of node's own runner.
 *
 *   npm test                      every test
 *   npm test -- keys wire/http1   the files whose path contains one of these
 *   npm test -- --name='zipf.*n'  the tests whose name matches
 *
 * Files are listed one by one, from their sources: a glob would also run what was compiled from a source
 * that is gone, and silently run nothing when it matches nothing.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { contractTests, product, testFilesOf } from './outputs.js';

/**
 * A hang must not cost a CI job its hour. The first bounds a file in Node 20 and a single test in newer ones;
 * the second bounds everything.
 */
const timeoutMs = 120_000;
const suiteTimeoutMs = 360_000;

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const { filters, names } = readArguments(process.argv.slice(2));
const every = [...testFilesOf(product), ...testFilesOf(contractTests)];
const files = every.filter((path) => matches(path, filters));
if (files.length === 0)
  refuse(`no test file matches ${filters.join(' ') || 'anything'}; there are ${every.length}.`);
const missing = files.filter((path) => !existsSync(path));
if (missing.length > 0) refuse(`not compiled yet: ${missing.join(', ')}. Run node scripts/setup.js --tests.`);

const deadline = new AbortController();
const alarm = setTimeout(() => {
  blame(`The tests took longer than ${suiteTimeoutMs / 1000} s and were stopped.`);
  deadline.abort();
}, suiteTimeoutMs);
alarm.unref();

let ran = 0;
const absolute = new Set(files.map((path) => resolve(path)));
const stream = run({
  files: [...absolute],
  concurrency: availableParallelism(),
  timeout: timeoutMs,
  signal: deadline.signal,
  ...(names.length > 0 ? { testNamePatterns: names } : {}),
});
stream.on('test:fail', (test) => {
  ran++;
  if (test.todo === undefined || test.todo === false) process.exitCode = 1;
});
stream.on('test:pass', (test) => {
  if (test.skip !== undefined && test.skip !== false) return;
  // A file without a test in it reports itself as one test that passed.
  if (test.nesting === 0 && absolute.has(resolve(test.name))) {
    if (names.length === 0) blame(`${relative('.', test.name)} holds no test.`);
    return;
  }
  ran++;
});
stream.once('end', () => {
  clearTimeout(alarm);
  if (ran === 0) blame('no test ran.');
});
stream.compose(new spec()).pipe(process.stdout);

function readArguments(args) {
  const result = { filters: [], names: [] };
  for (const argument of args) {
    if (argument.startsWith('--name=')) result.names.push(new RegExp(argument.slice('--name='.length)));
    else if (argument.startsWith('-'))
      refuse(`unknown flag ${argument}; --name=<regular expression> is the only one.`);
    else result.filters.push(argument);
  }
  return result;
}

function matches(path, wanted) {
  const name = path.split(sep).join('/');
  return wanted.length === 0 || wanted.some((text) => name.includes(text));
}

/** Ends a run that cannot start. */
function refuse(reason) {
  console.error(reason);
  process.exit(1);
}

/** Fails a run under way, and leaves it to the runner to end its children. */
function blame(reason) {
  console.error(reason);
  process.exitCode = 1;
}
