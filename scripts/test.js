/**
 * Runs the compiled tests, one process a file, and ends with the totals of node's own runner.
 *
 *   npm test                      every test
 *   npm test -- keys wire/http1   the files whose path contains one of these
 *   npm test -- --name='zipf.*n'  the tests whose name matches
 *
 * A file with a failed test runs once more when all others are done, by itself: on a busy machine a test may starve.
 * What passes then is told as such at the end, by name; what fails twice fails the run.
 *
 * Files are listed one by one, from their sources: a glob would also run what was compiled from a source
 * that is gone, and silently run nothing when it matches nothing.
 */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
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
const suiteTimeoutMs = 660_000;
/** Files that get a second run at most: several for a failure in what they share. */
const MOST_AGAIN = 20;
/** Of a failure's reason, at the end of the run; the whole of it stands where it failed. */
const MAX_REASON = 400;

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

const absolute = new Set(files.map((path) => resolve(path)));
let ran = 0;

const first = await runFiles([...absolute], availableParallelism());
const again = [...new Set(first.flatMap(({ file }) => testFilesWith(file)))];
// A change that breaks everything is not made better by a second look.
const second = again.length > 0 && again.length <= MOST_AGAIN ? await runFiles(again, 1) : first;
clearTimeout(alarm);
if (ran === 0) blame('no test ran.');
for (const failure of first) {
  const stays = second.some(({ file, name }) => file === failure.file && name === failure.name);
  if (!stays) console.log(`\nfailed, and passed when run by itself: ${textOf(failure)}`);
}
for (const failure of second) blame(`\nFAILED ${textOf(failure)}`);

/** The test files that a failure may be of: newer Nodes name the file in which the test stands, which others share. */
function testFilesWith(file) {
  return absolute.has(file) ? [file] : [...absolute].filter((test) => imports(test, file, new Set()));
}

/** Whether a compiled file imports another, by itself or by what it imports. */
function imports(from, wanted, seen) {
  if (seen.has(from) || !existsSync(from)) return false;
  seen.add(from);
  const paths = readFileSync(from, 'utf8').matchAll(/\b(?:from|import) ['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...paths].some(([, path]) => {
    const next = resolve(dirname(from), path);
    return next === wanted || imports(next, wanted, seen);
  });
}

/** Runs files and prints what they tell. @returns the tests that failed, innermost first */
async function runFiles(paths, concurrency) {
  const failures = [];
  const stream = run({
    files: paths,
    concurrency,
    timeout: timeoutMs,
    signal: deadline.signal,
    ...(names.length > 0 ? { testNamePatterns: names } : {}),
  });
  stream.on('test:fail', (test) => {
    ran++;
    if (test.todo !== undefined && test.todo !== false) return;
    const cause = test.details?.error?.cause ?? test.details?.error;
    failures.push({
      file: resolve(test.file ?? test.name),
      name: test.name,
      reason: String(cause?.message ?? cause),
    });
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
  const report = stream.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await once(report, 'end');
  return failures;
}

function textOf({ file, name, reason }) {
  return `${relative('.', file)}: ${name}: ${reason.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON)}`;
}

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
