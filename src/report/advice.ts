import { type Advice, type Evidence, type Finding, formatPercent } from '../core/index.js';
import { experimentLines } from './advice-experiment.js';
import { type FindingGroup, groupsOf, placesText } from './advice-groups.js';
import { adviceWords, gainText, unfitWords } from './advice-words.js';
import { fixLines, fixText } from './fix-text.js';
import { cut, labelled, textWidth, wrap } from './layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

const LABEL_WIDTH = 10;
const MOST_EVIDENCE = 16;
const MOST_NOTES = 20;
/** Of one finding; the JSON and the page have all. */
const MOST_PLACES = 6;
const MOST_PASSED_PLACES = 3;
const MOST_TEXT = 600;
const MOST_FIX_LINES = 30;

/** Advice for a person at a terminal: the verdict, what to do first, then what passed and what nobody could judge. */
export function renderAdvice(advice: Advice, options: TerminalOptions): string {
  const style = createStyle(options);
  const { findings, selfChecks } = advice;
  const bounded = (lines: readonly string[]) => lines.map((line) => cut(line, style.width));
  const paragraphs = [
    bounded(headline(advice, style)),
    ...selfChecks
      .filter(({ status }) => status === 'fail')
      .map((first) => detail({ first, also: [], more: [] }, '!', style)),
    ...groupsOf(findings).map((each, i) => detail(each, `${i + 1}.`, style)),
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
    unsure([...selfChecks, ...findings], style),
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

function headline(advice: Advice, style: Style): string[] {
  const target = style.quiet(style.outside(advice.target, 100));
  const unfit = advice.selfChecks.filter(({ status }) => status === 'fail');
  const [badge, text] = verdictWords(advice, style);
  const lines = [`${badge}  ${style.strong(text)}`, target];
  if (unfit.length === 0) return lines;
  const what = unfitWords(unfit);
  return [...lines, ...wrap(style.warn(what), style.width)];
}

function verdictWords(advice: Advice, style: Style): [string, string] {
  const { tone, badge, text } = adviceWords(advice);
  const paint = {
    bad: style.badBadge,
    good: style.goodBadge,
    warn: style.warnBadge,
    quiet: style.strong,
  }[tone];
  return [paint(badge), text];
}

/** A finding in full: what, how sure, as seen, why, what to paste, what it is worth. */
function detail({ first, also, more }: FindingGroup, mark: string, style: Style): string[] {
  const { id, title, severity, confidence, where, why, fix, gain, evidence, source } = first;
  const paint = severity === 'high' ? style.bad : severity === 'medium' ? style.warn : style.strong;
  const lines = [
    ...hanging(
      `${mark} ${paint(id)}  `,
      wrap(style.strong(title), style.width - mark.length - id.length - 3),
    ),
    ...sureness(`${severity} · ${confidence}`, where, style),
  ];
  const add = (label: string, texts: readonly string[]) => {
    if (texts.length > 0)
      lines.push(...labelled(`   ${style.quiet(label)}`, texts, LABEL_WIDTH).map((line) => line.trimEnd()));
  };
  const prose = (text: string) => wrap(style.outside(text, MOST_TEXT), style.width - LABEL_WIDTH);
  add('seen', evidenceLines(evidence, style));
  if (why !== undefined) add('why', prose(why));
  // To be pasted: code is never broken.
  if (fix !== undefined)
    add(
      'fix',
      fixText(fix)
        .split('\n')
        .slice(0, MOST_FIX_LINES)
        .flatMap((line) => fixLines(indented(line, style), style.width - LABEL_WIDTH))
        .map((line) => style.good(line)),
    );
  if (gain !== undefined) add('gain', prose(gainText(gain)));
  if (also.length > 0) add('also', prose(placesText(also, MOST_PLACES)));
  if (more.length > 0)
    add('more', prose(`of ${id}, told in full by --out: ${placesText(more, MOST_PLACES)}`));
  add('source', [style.quiet(style.outside(source, 160))]);
  return lines;
}

/** How bad and how sure, and where: a path that has no room beside it has a line of its own. */
function sureness(words: string, where: string | undefined, style: Style): string[] {
  const first = `   ${style.quiet(words)}`;
  if (where === undefined) return [first];
  const place = style.outside(where, 120);
  const beside = `${first}  ${place}`;
  return textWidth(beside) <= style.width ? [beside] : [first, `   ${place}`];
}

/** Lines behind a beginning, the later ones under the first. */
function hanging(head: string, [first = '', ...rest]: readonly string[]): string[] {
  return [`${head}${first}`, ...rest.map((line) => ' '.repeat(textWidth(head)) + line)];
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

/** What is said of several places is said once. */
function unsure(findings: readonly Finding[], style: Style): string[] {
  const said = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.status !== 'inconclusive') continue;
    const key = JSON.stringify([finding.id, finding.why]);
    said.set(key, [...(said.get(key) ?? []), finding]);
  }
  const times = new Map(
    [...said.values()].flatMap((all) => all.slice(0, 1).map((each) => [each, all.length])),
  );
  return group(
    'not sure',
    [...times.keys()],
    (first) => {
      const count = times.get(first) ?? 1;
      return count === 1 ? whyOf(first) : `${whyOf(first)} (at ${count} places)`;
    },
    style,
  );
}

function passed(findings: readonly Finding[], style: Style): string[] {
  const holds = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.status !== 'pass') continue;
    const key = JSON.stringify([finding.id, finding.title, finding.where === undefined]);
    holds.set(key, [...(holds.get(key) ?? []), finding]);
  }
  const all = [...holds.values()];
  const placesOf = new Map(all.flatMap((each) => (each[0] === undefined ? [] : [[each[0], each] as const])));
  return group(
    'passed',
    [...placesOf.keys()],
    (first) =>
      first.where === undefined
        ? first.title
        : `${first.title} (${placesText(placesOf.get(first) ?? [], MOST_PASSED_PLACES)})`,
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
