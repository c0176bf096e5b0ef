import { escapeText, type Plan, usageError } from '../../core/index.js';
import { nameOf } from './load-arms.js';
import type { Arm } from './runner.js';

/** A setting of the service, and the values to try; the first is what the others are compared with. */
export interface Factor {
  /** `GOMAXPROCS`, `--workers` */
  readonly name: string;
  readonly kind: 'environment' | 'flag';
  /** Between a flag and its value. */
  readonly separator: '=' | ' ';
  readonly values: readonly string[];
  /** Whether reports show which value it is, and not the value itself. */
  readonly secret: boolean;
}

/** More runs than anybody waits for. */
const MOST_ARMS = 64;
const MOST_VALUES = 32;

/** `GOMAXPROCS=1,2,4` @throws ZipfireError `usage` */
export function parseVary(text: string, looksSecret: (name: string) => boolean): Factor {
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(text.trim());
  if (match === null)
    throw usageError(
      `--vary: expected a variable and its values, read ${escapeText(text, { maxLength: 60 })}`,
      '--vary GOMAXPROCS=1,2,4',
    );
  const [, name = '', values = ''] = match;
  return factorOf('vary', name, 'environment', '=', values, looksSecret(name));
}

/** `--workers=1,2`, or `--workers 1,2` for programs that want it in two words. @throws ZipfireError `usage` */
export function parseVaryFlag(text: string, looksSecret: (name: string) => boolean): Factor {
  const match = /^(-{1,2}[A-Za-z][\w.:-]*)([= ])\s*(.*)$/s.exec(text.trim());
  if (match === null)
    throw usageError(
      `--vary-flag: expected a flag and its values, read ${escapeText(text, { maxLength: 60 })}`,
      "--vary-flag='--workers=1,2'",
    );
  const [, name = '', separator, values = ''] = match;
  return factorOf('vary-flag', name, 'flag', separator === ' ' ? ' ' : '=', values, looksSecret(name));
}

function factorOf(
  flag: string,
  name: string,
  kind: Factor['kind'],
  separator: Factor['separator'],
  list: string,
  secret: boolean,
): Factor {
  const values = list.split(',').map((value) => value.trim());
  const different = new Set(values).size;
  if (different < 2 || different !== values.length || values.length > MOST_VALUES)
    throw usageError(
      `--${flag} ${name}: expected 2 to ${MOST_VALUES} different values`,
      'the first one is what the others are compared with',
    );
  return { name, kind, separator, values, secret };
}

/** @throws ZipfireError `usage` when a setting is varied twice, or the combinations are too many */
export function settingArms(factors: readonly Factor[], plan: Plan, factorial: boolean): Arm[] {
  const names = factors.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usageError(`${twice} is varied twice`, 'name all of its values at once');
  const count = factorial
    ? factors.reduce((product, { values }) => product * values.length, 1)
    : factors.reduce((sum, { values }) => sum + values.length - 1, 1);
  if (count > MOST_ARMS)
    throw usageError(
      `${count} settings are more than the ${MOST_ARMS} that are tried`,
      factorial ? 'fewer values, or without --factorial: one setting at a time' : 'fewer values',
    );
  return choices(factors, factorial).map((levels) => armOf(factors, levels, plan));
}

/** Which value each factor has; the first choice is the first value of each. */
function choices(factors: readonly Factor[], factorial: boolean): number[][] {
  const first = factors.map(() => 0);
  if (!factorial) {
    const others = factors.flatMap(({ values }, at) => values.slice(1).map((_, i) => first.with(at, i + 1)));
    return [first, ...others];
  }
  return factors.reduce<number[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((_, i) => [...row, i])),
    [[]],
  );
}

function armOf(factors: readonly Factor[], levels: readonly number[], plan: Plan): Arm {
  const chosen = factors.map((factor, i) => ({ ...factor, level: levels[i] ?? 0 }));
  const chosenValue = ({ values, level }: (typeof chosen)[number]) => values[level] ?? '';
  const settings = Object.fromEntries(
    chosen.map((each) => [each.name, each.secret ? `(value ${each.level + 1})` : chosenValue(each)]),
  );
  return {
    name: nameOf(settings),
    settings,
    environment: Object.fromEntries(
      chosen.filter(({ kind }) => kind === 'environment').map((each) => [each.name, chosenValue(each)]),
    ),
    args: chosen
      .filter(({ kind }) => kind === 'flag')
      .flatMap((each) =>
        each.separator === ' ' ? [each.name, chosenValue(each)] : [`${each.name}=${chosenValue(each)}`],
      ),
    plan,
  };
}
