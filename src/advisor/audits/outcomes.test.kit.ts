import { readFileSync } from 'node:fs';
import type { FindingStatus } from '../../core/index.js';

const OUTCOMES: readonly FindingStatus[] = ['pass', 'fail', 'notApplicable', 'inconclusive'];

/**
 * The outcomes that a rule can give, by what its compiled file takes from `audit.js`: unused imports are not
 * allowed, so each of them is one.
 */
export function outcomesIn(file: URL): readonly FindingStatus[] {
  const [, names = ''] = /import \{([^}]*)\} from '[./]*\/audit\.js'/.exec(readFileSync(file, 'utf8')) ?? [];
  const taken = names.split(',').map((name) => name.trim());
  return OUTCOMES.filter((outcome) => taken.includes(outcome));
}
