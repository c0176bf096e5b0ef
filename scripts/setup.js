/**
 * Brings a checkout into a state that runs: dependencies as the lock file has them, sources compiled.
 * Does nothing, in well under half a second, when nothing changed. Needs Node and npm, no other thing.
 *
 *   node scripts/setup.js            for `npm run demo` and the like
 *   node scripts/setup.js --tests    compiles test/ too
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  contractTests,
  digestOf,
  filesBelow,
  hasEveryOutput,
  product,
  removeStaleOutputs,
  sourcesOf,
} from './outputs.js';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

requireNode();
installDependencies();
compile(process.argv.includes('--tests'));
await bundle();

/** Refuses a Node older than package.json allows, before anything newer than that Node is asked of it. */
function requireNode() {
  const range = readJson('package.json').engines.node;
  const [major, minor] = numbers(range);
  const [ownMajor, ownMinor] = numbers(process.versions.node);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    fail(
      `Node ${range} is needed, and this is ${process.versions.node}. Newer ones are at https://nodejs.org.`,
    );
  }
}

function installDependencies() {
  if (dependenciesMatchLock()) return;
  say('installing dependencies (npm ci)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const inherited = { ...process.env, NODE_ENV: 'development' };
  const child = npm
    ? spawnSync(process.execPath, [npm, ...args], { encoding: 'utf8', env: inherited })
    : spawnSync('npm', args, { encoding: 'utf8', env: inherited, shell: process.platform === 'win32' });
  if (child.status === 0) return;
  process.stderr.write(`${child.stdout ?? ''}${child.stderr ?? ''}`);
  fail(
    child.error
      ? `npm could not be started: ${child.error.message}`
      : `npm ci failed${child.status === null ? '' : ` with exit code ${child.status}`}; its output is above.`,
  );
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes down what it installed in
 * node_modules/.package-lock.json, as its last step; optional packages of other platforms are missing there.
 * Compared with a stamp of our own, this also holds after a plain `npm install`.
 */
function dependenciesMatchLock() {
  const written = 'node_modules/.package-lock.json';
  if (!existsSync(written)) return false;
  const wanted = readJson('package-lock.json').packages;
  const installed = readJson(written).packages;
  return Object.keys(wanted).every((path) => {
    if (path === '') return true;
    if (!installed[path]) return wanted[path].optional === true;
    return installed[path].version === wanted[path].version;
  });
}

function compile(withTests) {
  const tests = withTests && sourcesOf(contractTests).length > 0;
  const projects = tests ? [product, contractTests] : [product];
  for (const project of projects) removeStaleOutputs(project);
  const digests = projects.map((project) => digestOf(inputsOf(project)));
  if (projects.every((project, i) => isBuilt(project, digests[i]))) return;

  say('compiling');
  for (const project of projects) {
    if (!hasEveryOutput(project)) rmSync(join(project.outputs, '.tsbuildinfo'), { force: true });
  }
  // A build of test/ builds src/ on the way: it refers to it.
  const args = ['node_modules/typescript/bin/tsc', '-b', tests ? 'test' : '.'];
  const child = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (child.status !== 0) {
    process.stderr.write(`${child.stdout ?? ''}${child.stderr ?? ''}`);
    fail('the sources do not compile; what tsc says is above.');
  }
  projects.forEach((project, i) => {
    mkdirSync(project.outputs, { recursive: true });
    writeFileSync(stampOf(project), digests[i]);
  });
}

/** Imported only here: it needs a package that may have been installed just now. */
async function bundle() {
  const { hasBundle, hasPage, writeBundle, writePage } = await import('./bundle.js');
  if (!hasBundle()) await writeBundle();
  if (!hasPage()) await writePage();
}

/** Everything the output depends on. The lock file stands for the compiler's version and the libraries' types. */
function inputsOf(project) {
  const typescript = filesBelow(project.sources).filter((path) => path.endsWith('.ts'));
  const types = project === product ? [] : filesBelow(product.sources).filter((path) => path.endsWith('.ts'));
  return [
    'tsconfig.json',
    'package-lock.json',
    ...(project === product ? [] : ['test/tsconfig.json']),
    ...typescript,
    ...types,
  ];
}

function isBuilt(project, digest) {
  const stamp = stampOf(project);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest && hasEveryOutput(project);
}

/** Lies among the outputs, so that it goes when they go. */
function stampOf(project) {
  return join(project.outputs, '.stamp');
}

/** `>=20.19` → [20, 19] */
function numbers(version) {
  return version.match(/\d+/g).map(Number);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Progress goes to stderr: stdout belongs to the command that comes after the set-up. */
function say(step) {
  process.stderr.write(`set-up: ${step}\n`);
}

function fail(reason) {
  process.stderr.write(`set-up failed: ${reason}\n`);
  process.exit(1);
}
