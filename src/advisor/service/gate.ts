import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * A shell that waits for a line on its third descriptor and then becomes the program, as the same process; when the
 * other end is closed first, as it is when we end in whatever way, it ends and the program never runs.
 */
const SCRIPT = 'read -r _ <&3 || exit 0; exec 3<&-; exec "$@"';

/** Names that a shell keeps in its environment; it may drop all others. */
const SHELL_NAME = /^[A-Za-z_]\w*$/;

/** The words of a process that becomes a program when it is let. Its third descriptor has to be a pipe. */
export function gated(words: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const odd = Object.entries(env).filter(([name, value]) => value !== undefined && !SHELL_NAME.test(name));
  const handed = odd.map(([name, value]) => `${name}=${value}`);
  const own = handed.length === 0 ? words : ['/usr/bin/env', ...handed, ...words];
  return ['/bin/sh', '-c', SCRIPT, 'zipfire', ...own];
}

/**
 * Looks for a program where `exec` will: a path as it is, a name in the folders of PATH.
 *
 * @throws NodeJS.ErrnoException ENOENT or EACCES
 */
export function checkProgram(program: string, env: NodeJS.ProcessEnv): void {
  const places = program.includes('/')
    ? [program]
    : (env['PATH'] ?? '/usr/bin:/bin').split(delimiter).map((folder) => join(folder || '.', program));
  const codes = places.map(refusal);
  if (codes.includes(null)) return;
  const code = codes.includes('EACCES') ? 'EACCES' : 'ENOENT';
  throw Object.assign(new Error(code === 'EACCES' ? 'it is not executable' : 'there is no such program'), {
    code,
  });
}

function refusal(path: string): 'ENOENT' | 'EACCES' | null {
  try {
    if (!statSync(path).isFile()) return 'EACCES';
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'EACCES' : 'ENOENT';
  }
}
