import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FactName, type Facts, factNames, type Gathered } from './facts.js';
import { makeFolder } from './folder.js';
import type { Suppression } from './suppress.js';

/** All that advice is made of: what was gathered, and what is said beside it. */
export interface Looked {
  /** Without secrets. */
  readonly target: string;
  readonly gathered: Gathered;
  /** Those of the profile; those of the files are among what was gathered. */
  readonly suppressions: readonly Suppression[];
  readonly notes?: readonly string[];
}

/** Reads a file as text; undefined: it is not there. */
export type ReadText = (path: string) => string | undefined;

/** What names the others. A folder without it holds no artifacts, whatever else is in it. */
const MANIFEST = 'artifacts.json';
const SCHEMA = 'zipfire.artifacts/1';

interface Manifest extends Omit<Looked, 'gathered'> {
  readonly schema: typeof SCHEMA;
  /** Names of the files, without `.json`: others are of an earlier writing, and not read. */
  readonly artifacts: readonly FactName[];
  /** What could not be gathered, and why. */
  readonly failed: Gathered['failed'];
}

/** Writes each artifact as `<name>.json`, and last the manifest: a folder that was written in part is none. */
export async function saveArtifacts(folder: string, looked: Looked): Promise<void> {
  const { target, suppressions, notes = [], gathered } = looked;
  const facts = Object.entries(gathered.facts) as [FactName, Facts[FactName]][];
  makeFolder(folder);
  for (const [name, artifact] of facts) await writeJson(join(folder, `${name}.json`), artifact);
  const manifest: Manifest = {
    schema: SCHEMA,
    target,
    artifacts: facts.map(([name]) => name),
    failed: gathered.failed,
    suppressions,
    notes,
  };
  await writeJson(join(folder, MANIFEST), manifest);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads what `saveArtifacts` wrote. Of an artifact its outermost members are looked at, and the rules trust the rest:
 * one that was changed by hand may make a rule err, which is a finding of its own.
 *
 * @throws Error for a folder of something else, of another version, or that is not whole; it names the file
 */
export function loadArtifacts(folder: string, read: ReadText): Looked {
  const { target, artifacts, failed, suppressions, notes } = readManifest(folder, read);
  const facts: Record<string, unknown> = {};
  for (const name of artifacts) {
    const path = join(folder, `${name}.json`);
    const artifact = parseFile(path, read);
    if (artifact === undefined)
      throw new Error(`${path} is not there, and ${MANIFEST} names it: the folder is not whole`);
    checkShape(path, name, artifact);
    facts[name] = artifact;
  }
  return { target, gathered: { facts, failed }, suppressions, notes: notes ?? [] };
}

function readManifest(folder: string, read: ReadText): Manifest {
  const path = join(folder, MANIFEST);
  const value = parseFile(path, read);
  if (value === undefined)
    throw new Error(`${folder} holds no artifacts: there is no ${MANIFEST}, which --artifacts writes`);
  const found = value as Readonly<Record<keyof Manifest, unknown>>; // each member is looked at below
  const { schema, target, artifacts, failed, suppressions, notes } = found;
  if (schema !== SCHEMA)
    throw new Error(
      typeof schema === 'string' && schema.startsWith('zipfire.artifacts/')
        ? `${path} is ${schema}, and this zipfire reads ${SCHEMA}`
        : `${path} is no ${SCHEMA}: --artifacts writes one`,
    );
  if (
    typeof target !== 'string' ||
    !isListOf(artifacts, (name) => typeof name === 'string' && Object.hasOwn(factNames, name)) ||
    typeof failed !== 'object' ||
    failed === null ||
    !Object.values(failed).every((reason) => typeof reason === 'string') ||
    !isListOf(suppressions, isSuppression) ||
    !isListOf(notes, (note) => typeof note === 'string')
  )
    throw new Error(`${path} is not what --artifacts wrote, or another zipfire did`);
  return value as Manifest;
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isSuppression(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, reason, path, by } = value as Readonly<Record<keyof Suppression, unknown>>;
  return (
    [id, reason, by].every((each) => typeof each === 'string') && (path === null || typeof path === 'string')
  );
}

/** The members that each artifact surely has; none: it is a list. */
const members: { readonly [N in FactName]: readonly (keyof Facts[N] & string)[] } = {
  suppressions: [],
  files: ['files', 'unread', 'containers', 'nginx', 'goModules', 'nodeSources'],
  load: ['target', 'port', 'connections', 'result'],
  generator: ['cpus', 'network', 'views', 'hostViews'],
  metrics: ['url', 'scrapes'],
  expvar: ['url', 'pages'],
  process: ['pid', 'environment', 'network', 'listeners', 'views'],
  handshake: ['tcpMs', 'tlsMs'],
  http2Settings: ['maxConcurrentStreams', 'initialWindowBytes'],
  probe: ['lbIdleMs', 'http1', 'http2'],
  keepAlive: ['status', 'looks', 'honoured', 'endedBy'],
  idle: ['limitMs', 'timeoutMs', 'closedMs', 'asked'],
  requests: ['answered', 'endedBy', 'again'],
  reuse: ['firstMs', 'reusedMs', 'postMs'],
  alpn: ['chosen', 'http1', 'http2'],
  resumption: ['offered', 'reconnects', 'resumed'],
  http2Watch: ['watchedMs', 'goaway', 'closed', 'again'],
  pings: ['sent', 'acknowledged', 'closed'],
  experiments: ['tried', 'best', 'notes'],
};

function checkShape(path: string, name: FactName, artifact: object): void {
  const wanted = members[name];
  const isList = wanted.length === 0;
  const missing = wanted.find((member) => !Object.hasOwn(artifact, member));
  if (isList !== Array.isArray(artifact) || missing !== undefined)
    throw new Error(
      `${path} is not the artifact that --artifacts writes${missing === undefined ? '' : `: it has no ${missing}`}`,
    );
}

function parseFile(path: string, read: ReadText): object | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON, or was cut short after ${text.length} characters`);
  }
  if (typeof value !== 'object' || value === null) throw new Error(`${path}: expected an artifact`);
  return value;
}
