import { escapeText, type Plan, suggestion, ZipfireError } from '../core/index.js';
import type { PlanContext } from './context.js';
import { flagPlace, type RunFlags, readFlags } from './flags.js';
import { loadCells } from './load-matrix.js';
import type { MatrixCell, ProfileRuns } from './matrix.js';
import { type MatrixPart, readMatrixPart } from './matrix-axes.js';
import { applyFlags } from './override.js';
import { type Path, Problems } from './problems.js';
import { type Raw, readDraft } from './read-draft.js';
import { isRecord } from './records.js';
import { redactError } from './redact.js';
import { NotedReferences, type References } from './references.js';
import { resolve } from './resolve.js';
import { parts } from './schema.js';
import { kindOf } from './schema-parts.js';
import { pathOf, settingNames, settings } from './settings.js';
import { readYaml, type YamlFile } from './yaml.js';

const MAX_PROFILE_BYTES = 2 ** 20;

/**
 * The plan of a profile: the file, with the flags in the place of what they name. Of a matrix its baseline.
 *
 * @throws ZipfireError `profile` with everything that is wrong, each with file, line and column
 */
export function loadProfile(path: string, flags: RunFlags, context: PlanContext): Plan {
  const runs = loadRuns(path, flags, context);
  if (runs.kind === 'plan') return runs.plan;
  const { cells, baseline } = runs.matrix;
  return (cells[baseline] as MatrixCell).plan; // it is one of them
}

/**
 * What `zipfire run <profile.yaml>` runs: a plan, or all those of a matrix.
 *
 * @throws ZipfireError `profile` with everything that is wrong, each with file, line and column
 */
export function loadRuns(path: string, flags: RunFlags, context: PlanContext): ProfileRuns {
  const text = readText(path, context);
  const read = (references: References) => readYaml(text, escapeText(path), context.env, references);
  const noted = new NotedReferences();
  const file = read(noted);
  try {
    return runsOf(path, file, noted, read, flags, context);
  } catch (error) {
    throw redactError(error, file.secrets);
  }
}

function runsOf(
  path: string,
  file: YamlFile,
  noted: NotedReferences,
  read: (references: References) => YamlFile,
  flags: RunFlags,
  context: PlanContext,
): ProfileRuns {
  if (file.value === undefined) throw file.problems.toError('profile');
  if (!isRecord(file.value) || file.value['matrix'] === undefined) {
    for (const { path: at } of noted.found) file.problems.add(at, 'the profile has no matrix');
    return { kind: 'plan', plan: planOf(path, file, flags, context) };
  }
  const part = matrixPart(file, noted, flags);
  const rest = { ...flags, repeat: undefined };
  const matrix = loadCells(part, (references) => planOf(path, read(references), rest, context));
  return { kind: 'matrix', matrix };
}

/** The matrix of a file, with `--repeat` in the place of its own. */
function matrixPart(file: YamlFile, noted: NotedReferences, flags: RunFlags): MatrixPart {
  const { problems } = file;
  const raw = namesAndValues(file.value, problems);
  const part = readMatrixPart(raw.matrix, problems, file.secrets);
  for (const { path } of noted.found) {
    if (path[0] === 'matrix') problems.add(path, 'an axis cannot be made of another');
  }
  for (const { name } of part?.axes ?? []) {
    if (noted.found.some((reference) => reference.name === name)) continue;
    const hint = `write \${matrix.${name}} where it is to vary`;
    problems.add(['matrix', 'axes', name], 'nothing refers to this axis', hint, 'name');
  }
  if (isRecord(raw.phases) && raw.phases['repeat'] !== undefined) {
    problems.add(['phases', 'repeat'], 'the runs of a matrix are repeated by matrix.repeat');
  }
  const repeat =
    flags.repeat === undefined
      ? part?.repeat
      : new Problems(flagPlace, problems).attempt(['--repeat'], () =>
          settings.repeat.read(flags.repeat ?? ''),
        );
  if (part === undefined || repeat === undefined || problems.any) throw problems.toError('profile');
  return { ...part, repeat };
}

/** The plan that a file stands for. @throws ZipfireError `profile` */
function planOf(path: string, file: YamlFile, flags: RunFlags, context: PlanContext): Plan {
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
