import { escapeText, suggestion, usageError } from '../../core/index.js';
import type { PlanContext } from '../context.js';
import type { Path, Place, Problems } from '../problems.js';
import { isRecord } from '../records.js';
import { kindOf } from '../schema-parts.js';
import { readYaml } from '../yaml.js';
import { type ConfigFlag, configKeys } from './config-keys.js';
import { utf8 } from './data.js';
import type { GrpcFlags } from './flags.js';

const MAX_CONFIG_BYTES = 16 * 2 ** 20;

/** A config file of ghz as flags. */
export interface GhzConfig {
  /** What the command line says, before what the file says. */
  under(
    target: string | undefined,
    flags: GrpcFlags,
  ): {
    readonly target: string | undefined;
    readonly flags: GrpcFlags;
    /** Where in the file the value of a flag stands, if it came from there. */
    readonly placeOf: (place: Place) => Place;
  };
}

/** Flags of which one stands for all: where the command line has one, the file's others count no more. */
const groups: readonly (readonly ConfigFlag[])[] = [
  ['data', 'dataFile', 'binary', 'binaryFile'],
  ['metadata', 'metadataFile'],
  ['proto', 'protoset'],
  ['tls', 'plaintext', 'insecure'],
  ['grace', 'durationStop'],
  ['workers', 'cpus'],
];

/**
 * Reads ghz's config file, JSON or YAML, by the names that its keys have there. Paths in it are relative to the
 * working directory, as for ghz.
 *
 * @throws ZipfireError `usage` for TOML, and with the line of what is unknown, unreadable or not there yet
 */
export function readGhzConfig(path: string, context: PlanContext): GhzConfig {
  const name = escapeText(path);
  if (/\.toml$/i.test(path)) {
    throw usageError(
      `--config: ${name}: TOML is not read`,
      'write it as YAML or JSON: the names stay the same',
    );
  }
  const text = utf8(context.readFile(path, MAX_CONFIG_BYTES), `--config: ${name}`);
  // Data may hold what would be a variable in a profile; ghz knows none.
  const file = readYaml(
    text.replaceAll('${', () => '$${'),
    name,
    {},
  );
  if (file.value === undefined) throw file.problems.toError('usage');
  const { flags, keys, target } = readKeys(file.value, file.problems);
  if (file.problems.any) throw file.problems.toError('usage');
  return {
    under: (givenTarget, given) => ({
      target: givenTarget ?? target,
      flags: { ...without(flags, given), ...given },
      placeOf: (place) => {
        const from = keys.get(place.text);
        return from === undefined || given[from.flag] !== undefined
          ? place
          : file.locate([from.key], 'value');
      },
    }),
  };
}

interface ReadKeys {
  readonly target: string | undefined;
  readonly flags: GrpcFlags;
  /** By the flags as they are written: the flag, and the key of the file that stands for it: `--requests`, `total`. */
  readonly keys: ReadonlyMap<string, FromKey>;
}

interface FromKey {
  readonly flag: ConfigFlag;
  readonly key: string;
}

function readKeys(value: unknown, problems: Problems): ReadKeys {
  if (!isRecord(value)) {
    problems.add([], `expected a config of ghz, read ${kindOf(value)}`);
    throw problems.toError('usage');
  }
  const flags: Partial<Record<string, unknown>> = {};
  const keys = new Map<string, FromKey>();
  let target: string | undefined;
  let isAlone = false;
  for (const [key, raw] of Object.entries(value)) {
    const at: Path = [key];
    const known = Object.hasOwn(configKeys, key) ? configKeys[key] : undefined;
    if (known === undefined) {
      problems.add(at, `unknown name; ${suggestion(key, Object.keys(configKeys))}`, undefined, 'name');
      continue;
    }
    if (known.unset?.includes(raw) === true || raw === null || raw === '') continue;
    if ('refused' in known) {
      problems.add(at, known.refused, known.hint, 'name');
      continue;
    }
    const read = problems.attempt(at, () => known.read(raw));
    if (read === undefined) continue;
    if (key === 'duration') isAlone = true;
    if (known.flag === 'target') target = String(read);
    else if (known.flag !== 'ignored') {
      const { flag } = known;
      flags[flag] = read;
      keys.set(`--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, { flag, key });
    }
  }
  // In ghz a duration is the only bound, whatever the total.
  if (isAlone) delete flags['requests'];
  return { target, flags: flags as GrpcFlags, keys }; // each value comes from its key's reader
}

/** The flags of a file that those of the command line leave standing. */
function without(flags: GrpcFlags, given: GrpcFlags): GrpcFlags {
  const replaced = groups.filter((group) => group.some((name) => given[name] !== undefined)).flat();
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !replaced.some((one) => one === name)));
}
