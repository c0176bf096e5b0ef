import { escapeText, type GateResult, type Result } from '../core/index.js';
import { gateTexts } from './gate-value.js';
import { gateNotes } from './gate-windows.js';
import { viewPlan } from './plan-view.js';
import type { ReportFormat } from './report-format.js';
import { uniqueNames } from './unique-names.js';
import { isJudged } from './verdict.js';
import { attribute, xml } from './xml.js';

/**
 * JUnit XML as CI systems read it: one test case for the measurement itself, one for each gate.
 *
 * An invalid or interrupted measurement is an `error`, not a `failure`: the target was not judged. Its gates are
 * `skipped` then, so that no green gate stands on figures that mean nothing.
 */
export function renderJunit(result: Result): string {
  const plan = viewPlan(result.plan);
  const suite = plan.name ?? 'zipfire';
  const judged = isJudged(result);
  const cases = [measurementCase(result), ...result.gates.map((gate) => gateCase(gate, judged))];
  const names = uniqueNames(cases.map(({ name }) => name));
  const count = (tag: string) => cases.filter((each) => each.body.startsWith(`<${tag} `)).length;
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  const time = `time="${seconds(result.summary.durationSec)}"`;
  const attributes = [
    `name="${attribute(suite)}"`,
    totals,
    `skipped="${count('skipped')}"`,
    time,
    ...timestamp(result.startedAt),
  ].join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals} ${time}>`,
    `  <testsuite ${attributes}>`,
    ...propertyLines(plan.tags),
    ...cases.flatMap((each, i) => caseLines({ ...each, name: names[i] ?? each.name }, suite)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Of a result from elsewhere it may be anything; readers take a date or none. */
function timestamp(startedAt: string): string[] {
  const [, whole] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(startedAt) ?? [];
  return whole === undefined || Number.isNaN(Date.parse(`${whole}Z`)) ? [] : [`timestamp="${whole}Z"`];
}

/** The tags of the run, which CI systems show with the suite. */
function propertyLines(tags: ReturnType<typeof viewPlan>['tags']): string[] {
  if (tags.length === 0) return [];
  const lines = tags
    .slice(0, 100)
    .map(([name, value]) => `      <property name="${attribute(name)}" value="${attribute(value)}"/>`);
  return ['    <properties>', ...lines, '    </properties>'];
}

const INTERRUPTED = 'the run was interrupted';

interface TestCase {
  readonly name: string;
  readonly durationSec: number;
  /** Empty when the case passed. */
  readonly body: string;
}

function measurementCase(result: Result): TestCase {
  const base = { name: 'measurement is valid', durationSec: result.summary.durationSec };
  const interrupted = result.verdict === 'interrupted';
  if (!result.validity.valid) {
    const reasons = result.validity.reasons
      .slice(0, 100)
      .map((reason) => escapeText(reason, { maxLength: 800 }));
    const text = [...reasons, ...(interrupted ? [INTERRUPTED] : [])].join('\n');
    return { ...base, body: element('error', 'the measurement is not valid', text) };
  }
  if (interrupted) return { ...base, body: element('error', INTERRUPTED, '') };
  return { ...base, body: '' };
}

function gateCase(gate: GateResult, judged: boolean): TestCase {
  const base = { name: gate.source, durationSec: 0 };
  const { actual, limit } = gateTexts(gate);
  if (!judged) return { ...base, body: element('skipped', `not judged, was ${actual}`, '') };
  if (gate.verdict === 'pass') return { ...base, body: '' };
  const message = `${escapeText(gate.source)}, was ${actual}`;
  const limits = limit === '' ? [] : [`limit ${limit}`];
  const text = [`actual ${actual}`, ...limits, ...gateNotes(gate)].join('\n');
  return { ...base, body: element('failure', message, text) };
}

function caseLines(each: TestCase, suite: string): string[] {
  const attributes = `classname="${attribute(suite)}" name="${attribute(each.name)}" time="${seconds(each.durationSec)}"`;
  if (each.body === '') return [`    <testcase ${attributes}/>`];
  return [`    <testcase ${attributes}>`, `      ${each.body}`, '    </testcase>'];
}

const kind = { failure: 'gate', error: 'measurement' } as const;

function element(tag: 'failure' | 'error' | 'skipped', message: string, text: string): string {
  const type = tag === 'skipped' ? '' : ` type="${kind[tag]}"`;
  // GitLab shows the text alone, and Ant's schema wants a type.
  const shown = text === '' ? escapeText(message) : text;
  return `<${tag} message="${attribute(message)}"${type}>${xml(shown)}</${tag}>`;
}

function seconds(value: number): string {
  return value.toFixed(3);
}

export const junit: ReportFormat = {
  flag: 'junit',
  description: 'write the gates as JUnit XML, for a CI to show',
  render: renderJunit,
};
