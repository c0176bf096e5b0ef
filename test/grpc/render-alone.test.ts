import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

/** What a compiled module imports, and what those do. */
function importsOf(module: URL, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(module.href)) return seen;
  const specifiers = [...readFileSync(module, 'utf8').matchAll(/^(?:import|export) .*?from '(.+)';$/gm)].map(
    ([, specifier = '']) => specifier,
  );
  seen.set(module.href, specifiers);
  for (const specifier of specifiers) {
    if (specifier.startsWith('.')) importsOf(new URL(specifier, module), seen);
  }
  return seen;
}

it('a worker that renders compiled messages loads no protobuf library', () => {
  const modules = importsOf(new URL('../../../dist/grpc/render/index.js', import.meta.url));
  assert.ok(modules.size > 10, `${modules.size} modules`);
  const packages = [...modules.values()].flat().filter((specifier) => !/^(\.|node:)/.test(specifier));
  assert.deepEqual(packages, []);
});
