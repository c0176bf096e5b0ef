import {
  escapeText,
  formatBytes,
  formatCount,
  formatSpan,
  parseBytes,
  parseCount,
  parseDurationMs,
  parseRate,
  parseShare,
  suggestion,
  usageError,
  type ZipfireError,
} from '../core/index.js';
import { attempt } from './attempt.js';
import { latencyGrammar, parseLatency } from './latency.js';
import { type TargetOption, targetOptionTable } from './option-table.js';
import { defaultTargetOptions, type TargetOptions } from './options.js';

/**
 * Fills in the defaults and checks every value. Throws a usage error that names the option and the range.
 * A field that is undefined counts as not given.
 */
export function resolveTargetOptions(given: Partial<TargetOptions>): TargetOptions {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const names = new Set<string>(targetOptionTable.map((option) => option.name));
  const stranger = present.find(([name]) => !names.has(name));
  if (stranger !== undefined) {
    const name = escapeText(stranger[0]);
    throw usageError(`the target has no option '${name}'`, suggestion(name, [...names]));
  }
  const options: TargetOptions = { ...defaultTargetOptions, ...Object.fromEntries(present) };
  for (const option of targetOptionTable) checkValue(option, options[option.name]);
  checkTogether(options);
  return options;
}

/** The value of an option from the text of its flag; a PEM's text is the PEM itself. Throws like the above. */
export function parseTargetFlag(option: TargetOption, text: string): string | number {
  const value = parseText(option, text);
  if (value === null) throw refusal(option, text);
  checkValue(option, value);
  return value;
}

/** What an option takes, in words: `0 to 65,535`, `evict or refuse`. */
function describeRange(option: TargetOption): string {
  switch (option.type) {
    case 'text':
      return 'text';
    case 'pem':
      return 'PEM';
    case 'latency':
      return latencyGrammar;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return option.choices.join(' or ');
    case 'integer':
      return `an integer from ${formatCount(option.min)} to ${formatCount(option.max)}`;
    case 'rate':
      return `a rate from ${formatCount(option.min)} to ${formatCount(option.max)} a second, such as 5k/s`;
    case 'share':
      return 'a share from 0 to 1, or 0% to 100%';
    case 'bytes':
      return `a size from ${formatBytes(option.min)} to ${formatBytes(option.max)}, such as 64KiB`;
    case 'duration':
      return `a duration from ${formatSpan(option.min / 1e3)} to ${formatSpan(option.max / 1e3)}, such as 500ms`;
  }
}

function parseText(option: TargetOption, text: string): string | number | null {
  switch (option.type) {
    case 'integer':
      return attempt(parseCount, text);
    case 'rate':
      return attempt(parseRate, text);
    case 'share':
      return attempt(parseShare, text);
    case 'bytes':
      return attempt(parseBytes, text);
    case 'duration':
      return attempt(parseDurationMs, text);
    case 'boolean':
      return null;
    default:
      return text;
  }
}

function checkValue(option: TargetOption, value: unknown): void {
  if (!isInRange(option, value)) throw refusal(option, value);
  if (option.type === 'latency') parseLatency(String(value));
}

function isInRange(option: TargetOption, value: unknown): boolean {
  switch (option.type) {
    case 'text':
    case 'pem':
    case 'latency':
      return typeof value === 'string' && !value.includes('\0');
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value);
    case 'integer':
    case 'bytes':
      return Number.isInteger(value) && isBetween(value, option.min, option.max);
    case 'rate':
    case 'share':
    case 'duration':
      return isBetween(value, option.min, option.max);
  }
}

/** False for NaN. */
function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function checkTogether(options: TargetOptions): void {
  if ((options.tlsCert === '') !== (options.tlsKey === '')) {
    throw usageError('tlsCert (--tls-cert) and tlsKey (--tls-key) belong together', 'give both or neither');
  }
  const stalls = options.stallEveryMs > 0 || options.stallAtMs > 0;
  if (stalls !== options.stallForMs > 0) {
    throw usageError(
      stalls
        ? 'stallForMs (--stall-for) must be above 0 when stallEveryMs or stallAtMs is given'
        : 'stallForMs (--stall-for) needs stallEveryMs (--stall-every) or stallAtMs (--stall-at)',
      'say when and for how long: --stall-every 5s --stall-for 200ms',
    );
  }
  if (options.stallEveryMs > 0 && options.stallForMs >= options.stallEveryMs) {
    throw usageError(
      `stallForMs (--stall-for) must be below stallEveryMs (--stall-every), but ${options.stallForMs} ms is not below ${options.stallEveryMs} ms`,
      'a service that is always stalled answers nothing',
    );
  }
}

function refusal(option: TargetOption, value: unknown): ZipfireError {
  const shown = typeof value === 'string' ? `'${escapeText(value, { maxLength: 60 })}'` : String(value);
  return usageError(`${option.name} (--${option.flag}) cannot be ${shown}`, `give ${describeRange(option)}`);
}
