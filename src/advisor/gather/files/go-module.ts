import type { GoModule } from './artifact.js';
import type { Sited } from './place.js';

/** A go.mod: what it is called, which Go it is written for, what it needs. */
export function readGoModule(text: string, file: string): GoModule {
  let module = '';
  let go: Sited<string> | null = null;
  let toolchain: Sited<string> | null = null;
  const requires: Sited<string>[] = [];
  const godebug: Sited<string>[] = [];
  let block = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const own = raw.replace(/\/\/.*$/, '').trim();
    const line = index + 1;
    if (own === '') continue;
    if (own === ')') {
      block = '';
      continue;
    }
    const opened = /^(\w+)\s*\($/.exec(own);
    if (opened !== null) {
      block = opened[1] ?? '';
      continue;
    }
    const fields = (block === '' ? own : `${block} ${own}`).split(/\s+/);
    const value = fields[1] ?? '';
    if (fields[0] === 'module') module = value.replaceAll('"', '');
    else if (fields[0] === 'go') go = { value, file, line };
    else if (fields[0] === 'toolchain') toolchain = { value, file, line };
    else if (fields[0] === 'require') requires.push({ value, file, line });
    else if (fields[0] === 'godebug') godebug.push({ value, file, line });
  }
  return { file, module, go, toolchain, requires, godebug };
}
