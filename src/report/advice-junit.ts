import { type Advice, escapeText, type Finding } from '../core/index.js';
import { fixText } from './fix-text.js';
import { attribute, xml } from './xml.js';

const SUITE = 'zipfire advise';
const MOST_TEXT = 2000;

/**
 * JUnit XML: a test case for each judgement. What does not apply, and what could not be judged, is `skipped` with the
 * reason, so that no green case stands for missing data.
 */
export function renderAdviceJunit(advice: Advice): string {
  const findings = [...advice.selfChecks, ...advice.findings];
  const count = (kind: Kind) => findings.filter((finding) => kindOf(finding) === kind).length;
  const totals = `tests="${findings.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${SUITE}" ${totals} time="0.000">`,
    ...findings.map(caseOf),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

function kindOf({ status, suppressed }: Finding): Kind {
  if (status === 'pass') return 'passed';
  if (status === 'fail') return suppressed === undefined ? 'failure' : 'skipped';
  return status === 'error' ? 'error' : 'skipped';
}

function caseOf(finding: Finding): string {
  const { id, title, where, why = '', fix, suppressed } = finding;
  const name = [`${id} ${title}`, where].filter((text) => text !== undefined).join(' ');
  const attributes = `classname="${SUITE}" name="${attribute(name)}" time="0.000"`;
  const kind = kindOf(finding);
  if (kind === 'passed') return `    <testcase ${attributes}/>`;
  const message = suppressed === undefined ? why : `${suppressed.by}: ${suppressed.reason}`;
  // GitLab shows the text alone, and Ant's schema wants a type.
  const text = kind === 'failure' && fix !== undefined ? fixText(fix) : message;
  const type = kind === 'skipped' ? '' : ` type="${id}"`;
  const open = `<${kind} message="${attribute(message)}"${type}>`;
  return `    <testcase ${attributes}>${open}${xml(visible(text))}</${kind}></testcase>`;
}

function visible(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeText(line, { maxLength: MOST_TEXT }))
    .join('\n');
}
