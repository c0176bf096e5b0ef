import {
  ExitCode,
  escapeText,
  type KeySpec,
  parseCount,
  parseShare,
  suggestion,
  usageError,
  ZipfireError,
} from '../../core/index.js';
import { countMoves, parseKeyFlag } from '../../keys/index.js';
import { type KeyPreview, MAX_DRAWS, previewKeys } from '../../keys/preview/index.js';
import { isProfilePath, planFromProfile } from '../../profile/index.js';
import { terminalOptions } from '../console.js';
import { planContext } from '../plan-context.js';
import { countOf, seedOf, textOf, writeText } from './flags.js';
import { renderPreview } from './preview-view.js';

type Flags = Readonly<Record<string, unknown>>;

const DRAWS = 1_000_000;
const MAX_CACHES = 20;
/** What the keys of `--keys` are called in a plan: other names draw other keys. */
const KEY = 'key';

/** `zipfire keys preview`: the keys that a run would draw. */
export async function preview(flags: Flags): Promise<ExitCode> {
  const input = String(flags['input']);
  const draws = countOf(flags, 'draws', 1, MAX_DRAWS) ?? DRAWS;
  const { spec, name, seed } = isProfilePath(input)
    ? await fromProfile(input, flags)
    : fromFlag(input, flags);
  const found = previewKeys(spec, seed, name, draws, cacheSizes(flags['cache'], spec.n));
  const out = textOf(flags, 'out');
  if (out !== '-') process.stdout.write(renderPreview(spec, found, terminalOptions(process.stdout)));
  if (out !== undefined)
    await writeText('out', out, `${JSON.stringify(documentOf(spec, name, seed, found), null, 2)}\n`);
  return ExitCode.pass;
}

interface Source {
  readonly spec: KeySpec;
  readonly name: string;
  readonly seed: number;
}

function fromFlag(input: string, flags: Flags): Source {
  if (textOf(flags, 'key') !== undefined) {
    throw usageError(
      '--key names one of the keys of a profile',
      'zipfire keys preview profile.yaml --key user',
    );
  }
  return { spec: countMoves(parseKeyFlag(input), null), name: KEY, seed: seedOf(flags) };
}

async function fromProfile(path: string, flags: Flags): Promise<Source> {
  const seed = textOf(flags, 'seed');
  if (seed !== undefined) seedOf(flags);
  const plan = await planFromProfile(path, seed === undefined ? {} : { seed }, planContext());
  const names = Object.keys(plan.keys);
  const name = textOf(flags, 'key') ?? names[0];
  if (name === undefined)
    throw usageError(`${escapeText(path)} has no keys`, 'zipfire keys preview zipf:n=1e6 looks at any');
  const spec = Object.hasOwn(plan.keys, name) ? plan.keys[name] : undefined;
  if (spec === undefined) {
    throw usageError(
      `--key: the profile has no keys "${escapeText(name, { maxLength: 60 })}"`,
      suggestion(name, names),
    );
  }
  if (names.length > 1 && textOf(flags, 'key') === undefined) {
    throw usageError('which keys of the profile?', `--key ${names.join(', --key ')}`);
  }
  return { spec, name, seed: plan.seed };
}

/** `1000`, `1%` of n, several with commas between. Null: not given. */
function cacheSizes(given: unknown, n: number): number[] | null {
  if (given === undefined) return null;
  const texts = (Array.isArray(given) ? given : [given]).flatMap((text) => String(text).split(','));
  if (texts.length > MAX_CACHES)
    throw usageError(`--cache: ${MAX_CACHES} sizes at most; read ${texts.length}`);
  return texts.map((text) => cacheSize(text.trim(), n));
}

function cacheSize(text: string, n: number): number {
  try {
    const size = text.endsWith('%') ? Math.max(1, Math.round(parseShare(text) * n)) : parseCount(text);
    if (size >= 1) return size;
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw usageError(
    `--cache must be a number of keys ≥ 1, or a share of n in [0%, 100%]; read "${escapeText(text, { maxLength: 60 })}"`,
    '--cache 1000, or --cache 1%',
  );
}

function documentOf(spec: KeySpec, name: string, seed: number, found: KeyPreview) {
  const { draws, distinct, top, agreement, caches } = found;
  return {
    schema: 'zipfire.preview/1',
    name,
    seed,
    keys: spec,
    draws,
    distinct,
    topShares: top,
    chiSquare: agreement,
    caches,
  };
}
