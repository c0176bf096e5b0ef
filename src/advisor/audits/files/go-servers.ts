import { posix } from 'node:path';
import type { FilesArtifact, GoSource, Sited } from '../../gather/files/index.js';
import { nearest } from './runners.js';

/** Calls that serve HTTP without any time-out, with a server that nobody can set. */
const served = /^(?:http\.(?:ListenAndServe|Serve)(?:TLS)?|gin\.Engine\.Run\w*|echo\.Echo\.Start\w*)\(/;

/** Calls of `http.ListenAndServe` and the like; not those for the loopback address, which nobody else meets. */
export function bareServers({ calls }: GoSource): Sited<string>[] {
  return calls.filter(({ value }) => served.test(value) && !value.includes('loopback'));
}

/** Whether a program of these sources answers requests. */
export function isServed(sources: readonly GoSource[]): boolean {
  return sources.some(
    (source) =>
      bareServers(source).length > 0 ||
      source.made.some(({ type }) => type === 'http.Server' || type === 'grpc.NewServer'),
  );
}

/** Which sources are parts of which program. */
export interface GoPrograms {
  /** The sources of a program that serves and holds this one; none where no such program does. */
  readonly serving: (source: GoSource) => readonly GoSource[];
}

/** By what `main` packages import of their own module, and that further on. Without a go.mod a folder is a program. */
export function goPrograms(files: FilesArtifact): GoPrograms {
  const byFolder = new Map<string, GoSource[]>();
  for (const source of files.goSources) {
    const folder = posix.dirname(source.file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), source]);
  }
  const programs = new Map<string, GoSource[][]>();
  for (const [folder, sources] of byFolder) {
    if (!sources.some(({ packageName }) => packageName === 'main')) continue;
    const folders = reachable(folder, byFolder, files);
    const whole = [...folders].flatMap((each) => byFolder.get(each) ?? []);
    if (!isServed(whole)) continue;
    for (const each of folders) programs.set(each, [...(programs.get(each) ?? []), whole]);
  }
  return {
    serving: ({ file }) => {
      const folder = posix.dirname(file);
      const beside = byFolder.get(folder) ?? [];
      return programs.get(folder)?.[0] ?? (isServed(beside) ? beside : []);
    },
  };
}

function reachable(
  folder: string,
  byFolder: ReadonlyMap<string, readonly GoSource[]>,
  files: FilesArtifact,
): ReadonlySet<string> {
  const reached = new Set([folder]);
  const module = nearest(posix.join(folder, 'x.go'), files.goModules);
  if (module === null || module.module === '') return reached;
  const root = posix.dirname(module.file);
  // A set is walked with what is added on the way.
  for (const each of reached)
    for (const { value } of (byFolder.get(each) ?? []).flatMap(({ imports }) => imports)) {
      if (value !== module.module && !value.startsWith(`${module.module}/`)) continue;
      const imported = posix.join(root, value.slice(module.module.length + 1));
      if (byFolder.has(imported)) reached.add(imported);
    }
  return reached;
}
