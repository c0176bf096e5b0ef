import { type Advice, escapeText, type Finding } from '../core/index.js';
import { fixText } from './fix-text.js';
import { uniqueNames } from './unique-names.js';
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
  const totals = `tests="${findings.length}" failures="${count('failure')}" errors="${count('error')}"`;
  // A rule may judge by files, by a probe and by what was observed: that is what two of one name differ in.
  const names = uniqueNames(findings.map(nameOf), (i) => findings[i]?.confidence ?? '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals} time="0.000">`,
    `  <testsuite name="${SUITE}" ${totals} skipped="${count('skipped')}" time="0.000">`,
    ...findings.map((finding, i) => caseOf(finding, names[i] ?? finding.id)),
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

function nameOf({ id, title, where }: Finding): string {
  return [`${id} ${title}`, where].filter((text) => text !== undefined).join(' ');
}

function caseOf(finding: Finding, name: string): string {
  const { id, why = '', fix, suppressed } = finding;
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
