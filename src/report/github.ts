import { escapeText, type Result } from '../core/index.js';
import { gateTexts } from './gate-value.js';
import { gateNotes } from './gate-windows.js';
import { viewPlan } from './plan-view.js';
import { isJudged } from './verdict.js';

/** GitHub shows ten annotations of a step and kind. */
const MOST_ANNOTATIONS = 10;
const MOST_TEXT = 500;

/**
 * Annotations as GitHub Actions reads them from a step's output: an error for each gate that failed, a warning for each
 * reason why the measurement does not hold. Lines, each ending in a newline; empty when there is nothing to say.
 *
 * Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function renderAnnotations(result: Result): string {
  const name = viewPlan(result.plan).name ?? 'zipfire';
  const failed = isJudged(result) ? result.gates.filter(({ verdict }) => verdict !== 'pass') : [];
  const lines = [
    ...failed.slice(0, MOST_ANNOTATIONS).map((gate) => {
      const { actual } = gateTexts(gate);
      const text = [`${gate.source}, was ${actual}`, ...gateNotes(gate)].join('; ');
      return command('error', `${name}: gate failed`, text);
    }),
    ...result.validity.reasons
      .slice(0, MOST_ANNOTATIONS)
      .map((reason) => command('warning', `${name}: the measurement does not hold`, reason)),
    ...(result.verdict === 'interrupted' ? [command('warning', name, 'interrupted: partial figures')] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** A `%` begins an escape; in a property `:` and `,` end it. A new line, which would be a command, is not left. */
function command(level: 'error' | 'warning', title: string, message: string): string {
  const data = escapeText(message, { maxLength: MOST_TEXT }).replaceAll('%', '%25');
  const property = escapeText(title).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} title=${property}::${data}`;
}
