import { escapeText, type Plan, suggestion, ZipfireError } from '../core/index.js';
import type { PlanContext } from './context.js';
import { flagPlace, type RunFlags, readFlags } from './flags.js';
import { applyFlags } from './override.js';
import { type Path, Problems } from './problems.js';
import { type Raw, readDraft } from './read-draft.js';
import { isRecord } from './records.js';
import { resolve } from './resolve.js';
import { parts } from './schema.js';
import { kindOf } from './schema-parts.js';
import { pathOf, settingNames } from './settings.js';
import { readYaml } from './yaml.js';

const MAX_PROFILE_BYTES = 2 ** 20;

/**
 * The plan of `zipfire run <profile.yaml>`: the file, with the flags in the place of what they name.
 *
 * @throws ZipfireError `profile` with everything that is wrong, each with file, line and column
 */
export function loadProfile(path: string, flags: RunFlags, context: PlanContext): Plan {
  const shownPath = escapeText(path);
  const file = readYaml(readText(path, context), shownPath, context.env);
  if (file.value === undefined) throw file.problems.toError('profile');
  const raw = namesAndValues(file.value, file.problems);
  const draft = readDraft(path, raw, context, file.problems, file.secrets);

  const flagProblems = new Problems(flagPlace, file.problems);
  const given = readFlags(flags, context, flagProblems);
  const overridden = applyFlags(draft, given, flagProblems);

  const fromFlags = new Set(
    settingNames.filter((name) => name in given.settings).map((name) => keyOf(pathOf(name))),
  );
  const isFromFlag = (at: Path) => String(at[0]).startsWith('--') || fromFlags.has(keyOf(at));
  const problems = new Problems(
    (at, part) => (isFromFlag(at) ? flagPlace(at) : file.locate(at, part)),
    file.problems,
  );
  const plan = resolve(overridden, context, problems);
  if (plan === undefined || problems.any) throw problems.toError('profile');
  return plan;
}

function readText(path: string, context: PlanContext): string {
  const bytes = context.readFile(path, MAX_PROFILE_BYTES);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ZipfireError('profile', `${escapeText(path)}: not UTF-8`, 'a profile is a YAML text');
  }
}

/** The file's top level, and complaints about names that are none of it. */
function namesAndValues(value: unknown, problems: Problems): Raw {
  if (!isRecord(value)) {
    problems.add([], `expected a profile, read ${kindOf(value)}`, 'zipfire init writes one to start from');
    throw problems.toError('profile');
  }
  const known = Object.keys(parts);
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    problems.add([name], `unknown name; ${suggestion(name, known)}`, undefined, 'name');
  }
  return value;
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
