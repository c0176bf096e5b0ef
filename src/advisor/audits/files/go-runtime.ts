import type { FilesArtifact, GoModule, Sited } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { takenPin } from './gomaxprocs.js';
import { golangOf, goSourcesOf, type Runner, variableOf } from './runners.js';

/** What is known of the Go that a container runs. */
export interface GoRuntime {
  readonly isGo: boolean;
  /** Whether GOMAXPROCS follows the CPU limit by itself; null: not known. */
  readonly followsQuota: boolean | null;
  /** Why, in the words of the files. */
  readonly because: string;
  /** A library, a call or a variable that sets GOMAXPROCS. */
  readonly setBy: string | null;
}

export function goRuntimeOf(runner: Runner, files: FilesArtifact): GoRuntime {
  const { module } = runner;
  const image = golangOf(runner);
  const isGo = (module !== null || image !== null || isGoEnvironment(runner)) && !isOtherRuntime(runner);
  const language = defaultsOf(module, files);
  const setting = godebugOf(runner, files);
  const newToolchain =
    image?.version == null
      ? isAtLeast(module?.toolchain?.value ?? language, '1.25')
      : isAtLeast(image.version, '1.25');
  let followsQuota: boolean | null = null;
  let because = 'neither go.mod nor a golang image with a version is among the files';
  if (newToolchain === false && image?.version != null)
    [followsQuota, because] = [false, `${image.image} is older than Go 1.25`];
  else if (setting !== null)
    [followsQuota, because] = [setting.value.endsWith('=1') ? newToolchain : false, setting.value];
  else if (language !== null)
    [followsQuota, because] = [isAtLeast(language, '1.25'), `${module?.file} says go ${language}`];
  else if (image !== null) because = `${image.image} builds it, and the go line of its go.mod is not known`;
  return { isGo, followsQuota, because, setBy: setByOf(runner, files) };
}

/** The language of a module without a `go` line is 1.16. */
export function languageOf(module: GoModule | null): string | null {
  return module === null ? null : (module.go?.value ?? '1.16');
}

/** The version whose defaults hold: that of the go line, unless `godebug default=go1.24` names another. */
export function defaultsOf(module: GoModule | null, files: FilesArtifact): string | null {
  if (module === null) return null;
  const said = moduleGodebug(module, files).find(({ value }) => value.startsWith('default='));
  return said?.value.replace(/^default=(?:go)?/, '') ?? languageOf(module);
}

/** `containermaxprocs=…`, from the environment, the module or a comment of its main file. */
function godebugOf(runner: Runner, files: FilesArtifact): Sited<string> | null {
  const variable = variableOf(runner, 'GODEBUG');
  const said = [
    ...(variable?.value?.split(',').map((value) => ({ ...variable, value })) ?? []),
    ...(runner.module === null ? [] : moduleGodebug(runner.module, files)),
  ];
  return said.find(({ value }) => value.startsWith('containermaxprocs=')) ?? null;
}

export function moduleGodebug(module: GoModule, files: FilesArtifact): readonly Sited<string>[] {
  return [...goSourcesOf(module, files).flatMap(({ godebug }) => godebug), ...module.godebug];
}

function setByOf(runner: Runner, files: FilesArtifact): string | null {
  const pinned = takenPin(runner);
  if (pinned !== null) return `GOMAXPROCS=${pinned.said}`;
  return runner.module === null ? null : moduleSets(runner.module, files);
}

/** What in the sources of a module sets GOMAXPROCS. */
export function moduleSets(module: GoModule, files: FilesArtifact): string | null {
  if (usesLibrary(module, files, /\/automaxprocs/)) return 'automaxprocs';
  return procsCalls(module, files).find(({ value }) => !value.includes('NumCPU'))?.value ?? null;
}

/** Calls in a module's sources that set GOMAXPROCS; those with NumCPU set what the node has, whatever the limit. */
export function procsCalls(module: GoModule, files: FilesArtifact): readonly Sited<string>[] {
  return (
    goSourcesOf(module, files)
      .flatMap(({ calls }) => calls)
      // GOMAXPROCS(0) asks and sets nothing.
      .filter(({ value }) => value.startsWith('runtime.GOMAXPROCS(') && !/\((0|-1)\)$/.test(value))
  );
}

export function usesLibrary(module: GoModule, files: FilesArtifact, name: RegExp): boolean {
  return (
    module.requires.some(({ value }) => name.test(value)) ||
    goSourcesOf(module, files).some(({ imports }) => imports.some(({ value }) => name.test(value)))
  );
}

function isGoEnvironment(runner: Runner): boolean {
  return runner.env.some(({ name }) => /^GO(?:MAXPROCS|MEMLIMIT|GC)$/.test(name));
}

function isOtherRuntime({ program }: Runner): boolean {
  return /^(?:node|java|python3?|nginx|envoy|npm|yarn|bun|deno)$/.test(program ?? '');
}
