/**
 * Looks into the package as npm would publish it: what a user needs is in it, and nothing else. What a
 * `files` pattern lets through is not seen until someone installs it.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const needed = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/zipfire.js',
  'dist/bundle/main.js',
  'dist/bundle/worker.js',
  'dist/page/live.js',
  'dist/page/report.js',
  'dist/page/report.css',
  'dist/core/index.js',
  'dist/core/index.d.ts',
  'examples/proto/kv.proto',
];
/** Specs, source maps without their sources, build state, and anything that is not made to be read by a user. */
const unwanted =
  /\.test\.|\.fixture\.|\.map$|\.tsbuildinfo$|\.stamp$|^(src|test|bench|scripts|build|\.ci)\/|\.(pem|key|log)$/;
const maxUnpackedBytes = 3_000_000;

const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
});
if (packed.status !== 0) {
  console.error(`npm pack failed:\n${packed.stderr}`);
  process.exit(1);
}
const contents = Object.values(JSON.parse(packed.stdout))[0];
const paths = contents.files.map(({ path }) => path);

const faults = [
  ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing from the package.`),
  ...paths.filter((path) => unwanted.test(path)).map((path) => `${path} does not belong in the package.`),
];
if (contents.unpackedSize > maxUnpackedBytes) {
  faults.push(`the package unpacks to ${contents.unpackedSize} bytes; ${maxUnpackedBytes} are allowed.`);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`package: ${paths.length} files, ${(contents.size / 1024).toFixed(0)} KiB packed.`);
