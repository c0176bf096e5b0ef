/** One line of a metrics page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

export interface Exposition {
  readonly samples: readonly Sample[];
  /** Lines that are neither samples nor comments, or samples with more labels than a page may have. */
  readonly badLines: number;
  /** Whether there was more than is read. */
  readonly truncated: boolean;
}

export interface ExpositionOptions {
  /** Whether a sample of this name is kept. Default: all are. */
  readonly keep?: (name: string) => boolean;
  /** Samples kept at most. */
  readonly mostSamples?: number;
}

const MOST_SAMPLES = 20_000;
const MOST_LINES = 1_000_000;
const MOST_LINE = 16_384;
const MOST_LABELS = 64;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const NUMBER = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|0x[\da-f]+)$/i;

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0: samples with labels, whose time stamps and exemplars are
 * left out. Never throws: a page comes from outside, and what is no sample is counted.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string, options: ExpositionOptions = {}): Exposition {
  const { keep = () => true, mostSamples = MOST_SAMPLES } = options;
  const samples: Sample[] = [];
  let badLines = 0;
  let from = 0;
  for (let count = 0; from < text.length; count++) {
    if (count >= MOST_LINES || samples.length >= mostSamples) return { samples, badLines, truncated: true };
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = end - from > MOST_LINE ? null : text.slice(from, end).trim();
    from = end + 1;
    if (line === null) badLines++;
    // OpenMetrics ends with `# EOF`, and what follows it is no part of the page.
    else if (line === '# EOF') break;
    else if (line !== '' && !line.startsWith('#')) {
      const name = NAME.exec(line)?.[0];
      if (name !== undefined && !keep(name)) continue;
      const sample = name === undefined ? null : parseSample(line, name);
      if (sample === null) badLines++;
      else samples.push(sample);
    }
  }
  return { samples, badLines, truncated: false };
}

function parseSample(line: string, name: string): Sample | null {
  const labels: Record<string, string> = Object.create(null);
  let at = name.length;
  if (line[at] === '{' || /^\s*\{/.test(line.slice(at, at + 8))) {
    at = line.indexOf('{', at) + 1;
    for (let count = 0; !/^\s*\}/.test(line.slice(at, at + 8)); count++) {
      LABEL.lastIndex = at;
      const found = LABEL.exec(line);
      if (found === null || count >= MOST_LABELS) return null;
      labels[found[1] ?? ''] = unescapeLabel(found[2] ?? '');
      at = LABEL.lastIndex;
    }
    at = line.indexOf('}', at) + 1;
  } else if (!/\s/.test(line[at] ?? '')) return null;
  const value = parseValue(line.slice(at).trim().split(/\s/, 1)[0] ?? '');
  return value === null ? null : { name, labels: { ...labels }, value };
}

function parseValue(text: string): number | null {
  if (NUMBER.test(text)) return Number(text);
  if (/^\+?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : null;
}

function unescapeLabel(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character));
}
