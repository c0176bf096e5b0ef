import { type Plan, usageError, ZipfireError } from '../core/index.js';
import type { PlanContext } from './context.js';
import { planFromFlags, type RunFlags } from './flags.js';
import { loadProfile } from './load.js';

/** The world that specs make plans in: no process, no disk. */
export interface World {
  readonly env?: PlanContext['env'];
  /** Contents by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What stands on standard input. */
  readonly stdin?: string | Uint8Array;
  readonly cores?: number;
}

export function contextOf({ env = {}, files = {}, stdin = '', cores = 4 }: World = {}): PlanContext {
  return {
    env,
    cores,
    readFile(path, maxBytes) {
      const content = files[path];
      if (content === undefined) throw usageError(`cannot read ${path}: there is no such file`);
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      if (bytes.length > maxBytes) throw usageError(`${path} is larger than ${maxBytes} bytes`);
      return bytes;
    },
    readStdin: () => (typeof stdin === 'string' ? Buffer.from(stdin) : stdin),
  };
}

/** The plan of a profile, given as its text, that is called hot.yaml. */
export function load(yaml: string | Uint8Array, flags: RunFlags = {}, world: World = {}): Plan {
  return loadProfile('hot.yaml', flags, contextOf({ ...world, files: { ...world.files, 'hot.yaml': yaml } }));
}

export function run(url: string, flags: RunFlags = {}, world: World = {}): Plan {
  return planFromFlags(url, flags, contextOf(world));
}

/** What the error of `make` says, its hint on a line of its own. Fails when there is none of ours. */
export function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (!(error instanceof ZipfireError) || error.exitCode !== 2) throw error;
    return error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
  }
  throw new Error('expected an error, and there was none');
}
