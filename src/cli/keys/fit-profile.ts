import { escapeText, formatCount, formatPercent } from '../../core/index.js';
import type { KeyFit, Table } from '../../keys/fit/index.js';
import type { LogSource } from './fit-document.js';
import { commonPattern } from './key-pattern.js';

const WIDTH = 100;

/** A profile that draws keys as the log had them: complete, and as small as one can be. */
export function fittedProfile(fit: KeyFit, source: LogSource): string {
  const pattern = commonPattern(fit.top);
  const { prefix, suffix } = pattern ?? { prefix: '/', suffix: '' };
  const path = `${prefix.startsWith('/') ? '' : '/'}${prefix}{{key}}${suffix}`;
  const lines = [
    ...comments(fit, source),
    'version: 1',
    'name: fitted-keys',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a profile takes the environment's value
    'target: ${TARGET:-http://127.0.0.1:8080}',
    'keys:',
    `  key: { ${distributionOf(fit)} }`,
    'operations:',
    ...(pattern === null
      ? ['  # The keys of the log have no number in common: put yours around {{key}}.']
      : []),
    `  read: { get: ${JSON.stringify(path)} }`,
    'phases: { warmup: 2s, measure: 30s }',
  ];
  return `${lines.join('\n')}\n`;
}

function comments(fit: KeyFit, source: LogSource): string[] {
  const lines = [
    `Keys as ${escapeText(source.name, { maxLength: 60 })} has them, found by zipfire keys fit:`,
    `${formatCount(fit.requests)} requests, ${formatCount(fit.distinct)} distinct keys.`,
    fit.verdict === 'empirical'
      ? 'Neither zipf nor hotspot describes them: this is the log as it was counted.'
      : `The share of the most frequent keys is off by ${formatPercent(fit.ks)} at most.`,
    ...driftComment(fit),
  ];
  return lines.map((line) => `# ${line}`);
}

function driftComment({ drift }: KeyFit): string[] {
  if (drift === null || drift.drift < 0.1) return [];
  return [
    `Which keys are popular changes over the log (drift ${drift.drift.toFixed(2)}), and does not here. To make it:`,
    'shift: { n: …, every: <hits between two moves>, by: <keys>, of: { zipf: { alpha: … } } }',
  ];
}

function distributionOf(fit: KeyFit): string {
  if (fit.table !== null) return tableText(fit.n, fit.table);
  if (fit.model === 'hotspot') {
    return `hotspot: { n: ${fit.n}, hot: ${fit.hot}, share: ${rounded(fit.share ?? 0)} }`;
  }
  return fit.alpha === 0
    ? `uniform: { n: ${fit.n} }`
    : `zipf: { n: ${fit.n}, alpha: ${rounded(fit.alpha ?? 0)} }`;
}

function tableText(n: number, table: Table): string {
  if (table.kind === 'empirical') return `empirical: { weights: ${list(table.weights)} }`;
  return `zoned: {\n    n: ${n},\n    hits: ${list(table.hits)},\n    keys: ${list(table.keys)} }`;
}

/** Numbers in lines that an editor can show. */
function list(numbers: readonly number[]): string {
  const lines = [''];
  for (const number of numbers) {
    const line = lines.at(-1) as string;
    const word = `${number}, `;
    if (line.length + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line + word;
  }
  return `[${lines.join('\n      ').replace(/,\s*$/, '')}]`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
