import { posix } from 'node:path';
import type { GoModule } from './artifact.js';
import type { Sited } from './place.js';

/** A go.work, which decides for the modules that it names. */
export interface GoWorkspace extends Pick<GoModule, 'file' | 'go' | 'toolchain' | 'godebug'> {
  /** Folders of modules, relative to its own. */
  readonly uses: readonly string[];
}

/** A go.mod or a go.work: what it is called, which Go it is written for, what it needs. */
export function readGoModule(text: string, file: string): { module: GoModule; workspace: GoWorkspace } {
  let module = '';
  let go: Sited<string> | null = null;
  let toolchain: Sited<string> | null = null;
  const requires: Sited<string>[] = [];
  const godebug: Sited<string>[] = [];
  const uses: string[] = [];
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
    else if (fields[0] === 'use') uses.push(value.replaceAll('"', ''));
    // What others need is theirs: it may not be in the program at all.
    else if (fields[0] === 'require' && !/\/\/\s*indirect\b/.test(raw)) requires.push({ value, file, line });
    else if (fields[0] === 'godebug') godebug.push({ value, file, line });
  }
  const shared = { file, go, toolchain, godebug };
  return { module: { ...shared, module, requires }, workspace: { ...shared, uses } };
}

/**
 * Modules with what their workspace says instead of them: its go line is that of every program built in it, and the
 * `godebug` lines of the modules do not count.
 */
export function inWorkspaces(modules: readonly GoModule[], workspaces: readonly GoWorkspace[]): GoModule[] {
  return modules.map((module) => {
    const folder = posix.dirname(module.file);
    const workspace = workspaces.find(({ file, uses }) =>
      uses.some((use) => posix.join(posix.dirname(file), use).replace(/\/$/, '') === folder),
    );
    if (workspace === undefined) return module;
    return {
      ...module,
      go: workspace.go ?? module.go,
      toolchain: workspace.toolchain ?? module.toolchain,
      godebug: workspace.godebug,
    };
  });
}
