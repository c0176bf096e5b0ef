import { type Advice, type Evidence, type Finding, formatPercent, type Gain } from '../core/index.js';
import { experimentLines } from './advice-experiment.js';
import { cut, labelled, textWidth, wrap } from './layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

const LABEL_WIDTH = 10;
const MOST_EVIDENCE = 16;
const MOST_NOTES = 20;
const MOST_TEXT = 600;
const MOST_FIX_LINES = 30;

/** Advice for a person at a terminal: the verdict, what to do first, then what passed and what nobody could judge. */
export function renderAdvice(advice: Advice, options: TerminalOptions): string {
  const style = createStyle(options);
  const { findings, selfChecks } = advice;
  const wrong = findings.filter(isOpen);
  const bounded = (lines: readonly string[]) => lines.map((line) => cut(line, style.width));
  const paragraphs = [
    bounded(headline(advice, wrong, style)),
    ...selfChecks.filter(({ status }) => status === 'fail').map((finding) => detail(finding, '!', style)),
    ...wrong.map((finding, i) => detail(finding, `${i + 1}.`, style)),
    ...advice.experiments.map((experiment) => experimentLines(experiment, style)),
    group(
      'suppressed',
      findings.filter(({ suppressed }) => suppressed !== undefined),
      suppressedWhy,
      style,
    ),
    group(
      'error',
      [...selfChecks, ...findings].filter(({ status }) => status === 'error'),
      whyOf,
      style,
    ),
    group(
      'not sure',
      [...selfChecks, ...findings].filter(({ status }) => status === 'inconclusive'),
      whyOf,
      style,
    ),
    bounded(passed([...selfChecks, ...findings], style)),
    bounded(notApplicable([...selfChecks, ...findings], style)),
    bounded(noteLines(advice, style)),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

function isOpen({ status, suppressed }: Finding): boolean {
  return status === 'fail' && suppressed === undefined;
}

function headline(advice: Advice, wrong: readonly Finding[], style: Style): string[] {
  const target = style.quiet(style.outside(advice.target, 100));
  const unfit = advice.selfChecks.filter(({ status }) => status === 'fail');
  const [badge, text] = verdictWords(advice, wrong, style);
  const lines = [`${badge}  ${style.strong(text)}`, target];
  if (unfit.length === 0) return lines;
  const what = `the generator was not fit to judge by (${unfit.map(({ id }) => id).join(', ')}): ${unfit.every(({ doubts }) => doubts !== undefined) ? 'what that bends is not judged, the rest stands' : 'what rests on the load is not judged'}`;
  return [...lines, ...wrap(style.warn(what), style.width)];
}

function verdictWords(
  { verdict, findings }: Advice,
  wrong: readonly Finding[],
  style: Style,
): [string, string] {
  switch (verdict) {
    case 'mend': {
      const high = wrong.filter(({ severity }) => severity === 'high').length;
      const count = `${wrong.length} ${wrong.length === 1 ? 'thing' : 'things'} to mend`;
      return [
        style.badBadge('✗ MEND'),
        high === 0 ? count : `${count}, ${high} of high severity; in this order`,
      ];
    }
    case 'fine': {
      const count = findings.filter(({ status }) => status === 'pass').length;
      return [style.goodBadge('✓ NOTHING TO MEND'), `${count} ${count === 1 ? 'rule holds' : 'rules hold'}`];
    }
    case 'inconclusive':
      return [style.warnBadge('! INCONCLUSIVE'), 'mend the generator first, and look again'];
    case 'nothing-judged':
      return [style.strong('~ NOTHING JUDGED'), 'no rule had what it needs'];
  }
}

/** A finding in full: what, how sure, as seen, why, what to paste, what it is worth. */
function detail(finding: Finding, mark: string, style: Style): string[] {
  const { id, title, severity, confidence, where, why, fix, gain, evidence, source } = finding;
  const paint = severity === 'high' ? style.bad : severity === 'medium' ? style.warn : style.strong;
  const lines = [
    `${mark} ${paint(id)}  ${style.strong(title)}`,
    `   ${style.quiet(`${severity} · ${confidence}`)}${where === undefined ? '' : `  ${style.outside(where, 120)}`}`,
  ];
  const add = (label: string, texts: readonly string[]) => {
    if (texts.length > 0)
      lines.push(...labelled(`   ${style.quiet(label)}`, texts, LABEL_WIDTH).map((line) => line.trimEnd()));
  };
  const prose = (text: string) => wrap(style.outside(text, MOST_TEXT), style.width - LABEL_WIDTH);
  add('seen', evidenceLines(evidence, style));
  if (why !== undefined) add('why', prose(why));
  // To be pasted: as it is, and never broken.
  if (fix !== undefined)
    add(
      'fix',
      fix
        .split('\n')
        .slice(0, MOST_FIX_LINES)
        .map((line) => style.good(indented(line, style))),
    );
  if (gain !== undefined) add('gain', prose(gainText(gain)));
  add('source', [style.quiet(style.outside(source, 160))]);
  return lines;
}

/** Escaping takes no space away from the front of a line of YAML. */
function indented(line: string, style: Style): string {
  const space = /^ */.exec(line)?.[0] ?? '';
  return space + style.outside(line.slice(space.length), 240);
}

function evidenceLines(evidence: Evidence, style: Style): string[] {
  const items = Object.entries(evidence)
    .filter(([, value]) => value !== null)
    .slice(0, MOST_EVIDENCE)
    .map(([name, value]) => `${style.outside(name, 60)} ${style.outside(String(value), 120)}`);
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const joined = line === '' ? item : `${line} · ${item}`;
    if (textWidth(joined) > style.width - LABEL_WIDTH && line !== '') {
      lines.push(line);
      line = item;
    } else line = joined;
  }
  return line === '' ? lines : [...lines, line];
}

/** `qps × 1.41 (1.30 to 1.52; 8 runs each, p 0.002)` */
function gainText({ metric, ratio, low, high, n, p }: Gain): string {
  const interval = low === null || high === null ? 'expected' : `${low.toFixed(2)} to ${high.toFixed(2)}`;
  const proof = [
    n === null ? '' : `${n} runs each`,
    p === null ? '' : `p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`,
  ];
  return `${metric} × ${ratio.toFixed(2)} (${[interval, proof.filter((text) => text !== '').join(', ')].filter((text) => text !== '').join('; ')})`;
}

function whyOf({ why }: Finding): string {
  return why ?? '';
}

function suppressedWhy({ suppressed, title }: Finding): string {
  return suppressed === undefined ? title : `${title}; ${suppressed.by}: ${suppressed.reason}`;
}

function group(
  label: string,
  findings: readonly Finding[],
  text: (finding: Finding) => string,
  style: Style,
): string[] {
  if (findings.length === 0) return [];
  const idWidth = Math.max(...findings.map(({ id }) => id.length)) + 2;
  return [
    style.strong(label),
    ...findings.flatMap((finding) =>
      labelled(
        `   ${finding.id}`,
        wrap(style.outside(text(finding), MOST_TEXT), style.width - idWidth - 3),
        idWidth + 3,
      ),
    ),
  ];
}

function passed(findings: readonly Finding[], style: Style): string[] {
  const holds = findings.filter(({ status }) => status === 'pass');
  return group(
    'passed',
    holds,
    ({ title, where }) => (where === undefined ? title : `${title} (${where})`),
    style,
  );
}

/** By reason: there are many rules, and few reasons. */
function notApplicable(findings: readonly Finding[], style: Style): string[] {
  const byWhy = new Map<string, string[]>();
  for (const { id, status, why = '' } of findings) {
    if (status !== 'notApplicable') continue;
    const ids = byWhy.get(why) ?? [];
    if (!ids.includes(id)) ids.push(id);
    byWhy.set(why, ids);
  }
  if (byWhy.size === 0) return [];
  const total = [...byWhy.values()].reduce((sum, ids) => sum + ids.length, 0);
  const share = formatPercent(total / Math.max(1, findings.length));
  return [
    `${style.strong('not judged')}  ${style.quiet(`${total} of ${findings.length} (${share})`)}`,
    ...[...byWhy].flatMap(([why, ids]) =>
      labelled('   ', wrap(`${style.outside(why, 200)}: ${ids.join(' ')}`, style.width - 5), 5).map(
        (line, i) => style.quiet(i === 0 ? line.replace(/^ {5}/, '   ') : line),
      ),
    ),
  ];
}

function noteLines({ notes }: Advice, style: Style): string[] {
  if (notes.length === 0) return [];
  const shown = notes.slice(0, MOST_NOTES).flatMap((note) => {
    const lines = wrap(style.outside(note, MOST_TEXT), style.width - 5);
    return lines.map((line, i) => (i === 0 ? `   ${line}` : `     ${line}`));
  });
  const more = notes.length > MOST_NOTES ? [`   and ${notes.length - MOST_NOTES} more`] : [];
  return [style.strong('notes'), ...shown, ...more];
}
