/**
 * Holds src/ to the rules of .dependency-cruiser.cjs, and shows that they can fail: the same rules run over
 * a small tree of planted imports, and must report each forbidden one and none of the allowed. A checker that
 * reads no module (with TypeScript 7 this one reads none) passes everything, so the modules are counted too.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { product, sourcesOf } from './outputs.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/** Planted imports: where, what, and the rule that must catch it; null where it is allowed. */
const canaries = [
  ['src/wire/a.ts', '../drivers/face.js', 'room-wire'],
  ['src/wire/b.ts', '../core/face.js', null],
  ['src/core/a.ts', '../keys/face.js', 'room-core'],
  ['src/drivers/a.ts', '../engine/face.js', 'room-drivers'],
  ['src/drivers/b.ts', '../wire/face.js', null],
  ['src/engine/a.ts', '../cli/face.js', 'room-engine'],
  ['src/report/a.ts', '../engine/face.js', 'room-report'],
  ['src/cli/a.ts', '../engine/face.js', null],
  ['src/advisor/a.ts', '../drivers/face.js', null],
  ['src/advisor/b.ts', '../engine/face.js', 'room-advisor'],
  ['src/attic/a.ts', '../core/face.js', 'room-unknown'],
  ['src/keys/a.ts', 'node:net', 'sockets-net'],
  ['src/engine/c.ts', 'node:http', 'sockets'],
  ['src/drivers/c.ts', 'node:net', null],
  ['src/pace/a.ts', 'node:fs', 'pure'],
  ['src/engine/b.ts', 'yargs', 'package-yargs'],
  ['src/cli/b.ts', 'yargs', null],
  ['src/cli/c.ts', 'fast-check', 'package-unlisted'],
  ['src/cli/d.ts', '../core/face.test.js', 'no-spec'],
  ['src/cli/e.test.ts', '../core/face.test.js', null],
  ['src/cli/f.ts', './nowhere.js', 'resolvable'],
  ['src/gate/a.ts', './b.js', 'no-cycle'],
];

const failures = [...(await checkSources()), ...(await checkCanaries())];
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exit(1);

async function checkSources() {
  const { modules, summary } = await check(root);
  const read = modules.filter((module) => module.source.startsWith('src/')).length;
  const written = sourcesOf(product).length;
  if (read < written) return [`dependency-cruiser read ${read} of the ${written} modules in src/.`];
  if (summary.violations.length === 0)
    console.log(`dependency rules: ${read} modules, ${forbidden.length} rules, kept.`);
  const comments = new Map(forbidden.map((rule) => [rule.name, rule.comment]));
  return summary.violations.map(
    ({ from, to, rule }) => `${from} → ${to} breaks ${rule.name}: ${comments.get(rule.name)}.`,
  );
}

/** The tree lies in build/, not in src/: a build going on next to it must not pick it up. */
async function checkCanaries() {
  mkdirSync('build', { recursive: true });
  const tree = mkdtempSync(join(root, 'build', 'canary-'));
  try {
    plant(tree);
    const { summary } = await check(tree);
    const caught = new Map();
    for (const { from, rule } of summary.violations)
      caught.set(from, [...(caught.get(from) ?? []), rule.name]);
    const wrong = canaries.filter(([from, , rule]) => String(caught.get(from) ?? '') !== String(rule ?? ''));
    if (wrong.length === 0) console.log(`canary: ${canaries.length} planted imports, judged right.`);
    return wrong.map(
      ([from, to, rule]) =>
        `canary: ${from} → ${to} should be ${rule ? `caught by ${rule}` : 'allowed'}, and was ` +
        `${caught.has(from) ? `caught by ${caught.get(from)}` : 'allowed'}.`,
    );
  } finally {
    rmSync(tree, { recursive: true, force: true });
    process.chdir(root);
  }
}

function plant(tree) {
  const files = new Map();
  for (const [from, to] of canaries) {
    files.set(from, `import * as planted from '${to}';\nexport const use = planted;\n`);
    files.set(join(dirname(from), 'face.ts'), 'export const face = 0;\n');
  }
  files.set('src/core/face.test.ts', 'export const spec = 0;\n');
  files.set('src/gate/b.ts', "export * from './a.js';\n");
  for (const [path, content] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
  }
}

async function check(folder) {
  process.chdir(folder);
  const { output } = await cruise(
    ['src'],
    { ...options, baseDir: folder, validate: true, ruleSet: { forbidden }, outputType: 'json' },
    undefined,
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  return typeof output === 'string' ? JSON.parse(output) : output;
}
