/**
 * Puts what a run loads into a few files: `dist/bundle`. Two hundred small modules, and yargs with its own, take
 * 0.15 s of CPU to find, read and link; a short run would notice, and every run has it in its CPU per request.
 *
 * The sources stay as they are, and so do `dist`'s modules, which the tests import. Packages that are large and
 * loaded only at need are left to Node.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { filesBelow } from './outputs.js';

/** Each is started by itself: by the launcher, as a thread, as a process. */
const entries = { main: 'cli/main', worker: 'engine/worker', 'demo-target': 'cli/demo-target' };
const external = ['undici', '@bufbuild/protobuf', 'hdr-histogram-js', 'zod', 'yaml'];
const folder = 'dist/bundle';

/** A package of CommonJS asks for Node's modules by `require`, which an ES module has to make for itself. */
const banner =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** Script and style of the HTML report, which `--html` puts into each page: with their library, for browsers. */
const page = { sources: 'page', folder: 'dist/page' };

/** Writes the files of the page. */
export async function writePage() {
  const { metafile } = await build({
    entryPoints: ['page/report.ts', 'page/live.ts', 'page/report.css'],
    outdir: page.folder,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    banner: { js: '/* Holds uPlot: MIT licence, (c) Leon Sorokin */' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    tsconfig: 'page/tsconfig.json',
  });
  writeFileSync(`${page.folder}/LICENSES.txt`, licensesOf(Object.keys(metafile.inputs)));
}

/** Whether the page's files are newer than all that they are made of. */
export function hasPage() {
  const written = `${page.folder}/LICENSES.txt`;
  if (!existsSync(written)) return false;
  const sources = [
    ...filesBelow(page.sources),
    'src/core/format.ts',
    'src/report/html/live-data.ts',
    'package-lock.json',
  ];
  return sources.every((path) => statSync(path).mtimeMs <= statSync(written).mtimeMs);
}

/** Writes the bundle anew from `dist`. */
export async function writeBundle() {
  // Names of its files follow from their contents: those of another build would stay.
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `dist/${path}.js`])),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    banner: { js: banner },
    // Less to read at each start; names stay, so that the stack of an error says where.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(`${folder}/LICENSES.txt`, licensesOf(Object.keys(metafile.inputs)));
}

/** Whether there is a bundle that is newer than the modules it was made of. */
export function hasBundle() {
  const written = `${folder}/LICENSES.txt`;
  return existsSync(written) && statSync(written).mtimeMs >= statSync('dist/.tsbuildinfo').mtimeMs;
}

/** The licences of the packages that are inside: theirs ask for that. */
function licensesOf(inputs) {
  const names = inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)]
    .sort()
    .map((name) => {
      const text = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'License.txt', 'license', 'LICENSE-MIT.txt']
        .map((file) => `node_modules/${name}/${file}`)
        .find((path) => existsSync(path));
      if (text === undefined) throw new Error(`${name} is in the bundle and has no licence file`);
      return `${name}\n\n${readFileSync(text, 'utf8').trim()}\n`;
    })
    .join('\n----\n\n');
}
