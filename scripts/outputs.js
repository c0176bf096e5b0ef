/**
 * Which compiled file belongs to which source. `tsc` never removes the output of a source that is gone, and
 * never notices an output that is missing; both make `npm test` lie, so both are looked after here.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A TypeScript project: where its sources are and where `tsc` puts them. Paths relative to the root. */
export const product = { sources: 'src', outputs: 'dist' };
export const contractTests = { sources: 'test', outputs: 'build/test' };

/** Every file below `folder`, sorted; none when it does not exist. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else found.push(path);
  }
  return found.sort();
}

/** The TypeScript sources of a project, declarations left out: they compile to nothing. */
export function sourcesOf(project) {
  return filesBelow(project.sources).filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
}

/** `src/keys/zipf.ts` → `dist/keys/zipf.js`. */
export function outputOf(project, source) {
  return join(project.outputs, relative(project.sources, source)).replace(/\.ts$/, '.js');
}

/** Compiled test files, as `node --test` wants them: every `*.test.ts` that has a source, and no other. */
export function testFilesOf(project) {
  return sourcesOf(project)
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => outputOf(project, path));
}

/** Removes what was compiled from sources that no longer exist. */
export function removeStaleOutputs(project) {
  const live = new Set(sourcesOf(project).map((path) => outputOf(project, path)));
  for (const path of filesBelow(project.outputs)) {
    // Made of all the others, and looked after by scripts/bundle.js.
    if (['bundle', 'page'].some((folder) => path.startsWith(join(product.outputs, folder)))) continue;
    const compiled = /^(.*?)(?:\.js|\.js\.map|\.d\.ts|\.d\.ts\.map)$/.exec(path);
    if (compiled && !live.has(`${compiled[1]}.js`)) rmSync(path);
  }
}

export function hasEveryOutput(project) {
  return sourcesOf(project).every((path) => existsSync(outputOf(project, path)));
}

/** Digest of names and contents of `files`: equal digests need no new build, whatever the clocks say. */
export function digestOf(files) {
  const hash = createHash('sha256');
  for (const path of files) {
    const content = readFileSync(path);
    hash.update(`${path.split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
