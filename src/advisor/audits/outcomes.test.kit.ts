import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { FindingStatus } from '../../core/index.js';

const OUTCOMES: readonly FindingStatus[] = ['pass', 'fail', 'notApplicable', 'inconclusive'];

/** What a report at a terminal of 80 columns has for a fix, beside its label. */
const FIX_COLUMNS = 70;

/** That a fix can be shown without a line of code being broken; comments are, see `report/fix-text`. */
export function assertShowable(fix: string): void {
  for (const line of fix.replaceAll('\t', '    ').split('\n')) {
    const [code = ''] = line.split(/(?: {3}|^)(?:#|\/\/) /);
    assert.ok(code.length <= FIX_COLUMNS, `${code.length} columns of code: ${code}`);
  }
}

/**
 * The outcomes that a rule can give, by what its compiled file takes from `audit.js`: unused imports are not
 * allowed, so each of them is one.
 */
export function outcomesIn(file: URL): readonly FindingStatus[] {
  const [, names = ''] = /import \{([^}]*)\} from '[./]*\/audit\.js'/.exec(readFileSync(file, 'utf8')) ?? [];
  const taken = names.split(',').map((name) => name.trim());
  return OUTCOMES.filter((outcome) => taken.includes(outcome));
}
