import { posix } from 'node:path';
import type { Container, Sysctl, Variable } from './artifact.js';
import type { Embedded } from './kubernetes.js';
import type { Sited } from './place.js';
import { binaryBytesOf, cpusOf, numbered } from './quantities.js';
import { commandOf, merged, variable } from './settings.js';
import type { YamlView } from './yaml-view.js';

export interface ComposeParts {
  readonly containers: Container[];
  readonly sysctls: Sysctl[];
  /** What `configs` write out. */
  readonly embedded: Embedded[];
}

/** What the environment files beside a compose file say. */
export interface ComposeEnvironment {
  /** The variables of a file that is named in it, by its path; empty when it was not read. */
  readonly file: (path: string) => readonly Variable[];
  /** What `.env` gives a name that is filled in. */
  readonly value: (name: string) => string | undefined;
}

/** The services of a compose file. */
export function readCompose(document: YamlView, environment: ComposeEnvironment): ComposeParts {
  const services = document.at('services').entries();
  return {
    containers: services.map(([name, service]) => containerOf(name, service, environment)),
    sysctls: services.flatMap(([, service]) =>
      pairs(service.at('sysctls')).map(({ name, value }) => ({ ...value, name })),
    ),
    embedded: document
      .at('configs')
      .entries()
      .flatMap(([name, config]) => {
        const { text, place, firstLine } = config.at('content');
        return text === null ? [] : [{ file: place.file, name, text, line: firstLine }];
      }),
  };
}

function containerOf(name: string, service: YamlView, environment: ComposeEnvironment): Container {
  const filled = (sited: Sited<string> | null) => filledIn(sited, environment.value);
  const { place } = service;
  const limits = service.at('deploy', 'resources', 'limits');
  const folder = posix.dirname(place.file);
  const files = service.at('env_file');
  const listed = files.isList ? files.items().map((each) => each.at('path').text ?? each.text) : [files.text];
  const build = service.at('build');
  const context = build.isMap ? (build.at('context').text ?? '.') : build.text;
  const entry = [...argvOf(service.at('entrypoint')), ...argvOf(service.at('command'))];
  const { program, flags, env } = commandOf(entry);
  const hasEntry = argvOf(service.at('entrypoint')).length > 0;
  return {
    ...place,
    kind: 'compose',
    name,
    workload: name,
    namespace: '',
    labels: {},
    meshed: false,
    replicas: numbered(filled(service.at('deploy', 'replicas').sited ?? service.at('scale').sited), Number),
    image: filled(service.at('image').sited),
    dockerfile:
      context === null ? null : posix.join(folder, context, build.at('dockerfile').text ?? 'Dockerfile'),
    cpuLimit:
      numbered(filled(limits.at('cpus').sited ?? service.at('cpus').sited), cpusOf) ??
      quotaOf(service, filled),
    memoryLimit: numbered(filled(limits.at('memory').sited ?? service.at('mem_limit').sited), binaryBytesOf),
    env: merged(
      ...listed.map((path) => (path === null ? [] : environment.file(posix.join(folder, path)))),
      pairs(service.at('environment')).flatMap((pair) => {
        const value = filled(pair.value);
        return variable(pair.name, value?.value ?? null, pair.value) ?? [];
      }),
      env,
    ),
    program,
    flags: hasEntry
      ? flags
      : [...flags, ...commandOf([{ value: '', ...place }, ...entry]).flags].slice(0, 50),
  };
}

/** `cpu_quota: 50000` of a period that is 100 ms unless it says otherwise. */
function quotaOf(
  service: YamlView,
  filled: (sited: Sited<string> | null) => Sited<string> | null,
): Sited<number> | null {
  const period = Number(service.at('cpu_period').text ?? 100_000);
  return numbered(filled(service.at('cpu_quota').sited), (text) =>
    /^\d+$/.test(text) && period > 0 ? Number(text) / period : null,
  );
}

/** A list of words, or a line that is cut as a shell does. */
function argvOf(view: YamlView): Sited<string>[] {
  if (view.isList) return view.items().flatMap((each) => each.sited ?? []);
  return view.sited === null ? [] : commandWords(view.sited);
}

function commandWords(line: Sited<string>): Sited<string>[] {
  return line.value
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((value) => ({ ...line, value }));
}

/** `A: b`, or `- A=b`. */
function pairs(view: YamlView): { name: string; value: Sited<string> }[] {
  if (!view.isList)
    return view.entries().flatMap(([name, value]) => (value.sited ? [{ name, value: value.sited }] : []));
  return view.items().flatMap(({ sited }) => {
    const at = sited?.value.indexOf('=') ?? -1;
    if (sited === null || at < 0) return [];
    return [{ name: sited.value.slice(0, at), value: { ...sited, value: sited.value.slice(at + 1) } }];
  });
}

/** With what `.env` and `${NAME:-default}` say filled in; null when a variable has neither, since nobody knows it then. */
function filledIn(
  sited: Sited<string> | null,
  lookUp: (name: string) => string | undefined,
): Sited<string> | null {
  if (sited === null) return null;
  const value = sited.value.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, fallback: string | undefined, plain: string | undefined) =>
      lookUp(braced ?? plain ?? '') ?? fallback ?? whole,
  );
  return /\$\{?\w/.test(value) ? null : { ...sited, value };
}
