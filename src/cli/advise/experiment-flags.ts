import {
  type Objective,
  parseCommandLine,
  parseExperiments,
  parseVary,
  parseVaryFlag,
  shellLine,
} from '../../advisor/index.js';
import { findMetrics } from '../../compare/index.js';
import {
  escapeText,
  formatPercent,
  formatSpan,
  type Plan,
  parseCount,
  parseDurationMs,
  parseShare,
  usageError,
} from '../../core/index.js';
import { parseGate } from '../../gate/index.js';
import { looksSecret } from '../../profile/index.js';
import { atFlag, type Flag, flag, list, text } from '../flag-table.js';
import { gateOnBaseline, refuseGate } from '../measure/judged-run.js';

/** What is tried under load, and on a service that is started for it. */
export const experimentFlags: Record<string, Flag> = {
  experiment: list(
    'compare under load: keepalive, http2, connections, streams (connections=8,64), or all; again for more',
  ),
  exec: text("start the service with this command line: './server --port 8080'; it is ended afterwards"),
  shell: flag('let /bin/sh read the command line of --exec'),
  ready: text('URL that answers below 400 when the service is ready [the target accepts connections]'),
  'ready-timeout': text('for the service to be ready [30s]'),
  'stop-timeout': text('from SIGTERM to SIGKILL, when the service is ended [5s]'),
  logs: text('folder for what the service says, a file a start [a new one among the temporary files]'),
  vary: list(
    'restart the service under each value of a variable, GOMAXPROCS=1,2,4; the first is what the others are compared with; again for more',
  ),
  'vary-flag': list(
    "the same with an argument: '--workers=1,2', or '--workers 1,2' in two words; again for more",
  ),
  factorial: flag('all combinations of what is varied; else one thing at a time'),
  objective: text('what the best setting is the best in: qps, p99, …; what cannot win gets few runs'),
  'subject-to': list("gate that a setting has to meet: 'p99 < 50ms'; again for more"),
  repeats: text('runs of each setting [enough to prove something, 6 or more]'),
  'arm-duration': text('length of each of these runs [3s]'),
  'min-effect': text('differences below this are not called any [2%]'),
};

export interface ExperimentSettings {
  readonly asked: ReturnType<typeof parseExperiments>;
  readonly factors: readonly ReturnType<typeof parseVary>[];
  readonly factorial: boolean;
  readonly objective: string | null;
  readonly constraints: readonly string[];
  readonly repeats: number | null;
  readonly armMs: number;
  readonly minEffect: number;
  readonly service: ServiceSettings | null;
}

export interface ServiceSettings {
  readonly words: (args: readonly string[]) => readonly string[];
  readonly ready: string | null;
  readonly readyMs: number;
  readonly graceMs: number;
  readonly logs: string | null;
}

const MOST_REPEATS = 100;
const LEAST_ARM_MS = 100;
const MOST_ARM_MS = 600_000;

/** @param values by name in camel case @returns null: nothing is to be tried @throws ZipfireError `usage` */
export function readExperimentFlags(values: Readonly<Record<string, unknown>>): ExperimentSettings | null {
  const asked = parseExperiments(texts(values['experiment']));
  const factors = [
    ...texts(values['vary']).map((each) => parseVary(each, looksSecret)),
    ...texts(values['varyFlag']).map((each) => parseVaryFlag(each, looksSecret)),
  ];
  const service = readService(values);
  if (factors.length > 0 && service === null)
    throw usageError(
      '--vary and --vary-flag restart the service',
      "say how it is started: --exec './server'",
    );
  if (asked.length === 0 && factors.length === 0) {
    const stray = ['objective', 'subjectTo', 'repeats', 'armDuration', 'minEffect', 'factorial'].find(
      (name) => values[name] !== undefined && values[name] !== false,
    );
    if (stray !== undefined)
      throw usageError(
        `--${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for experiments`,
        '--experiment keepalive, or --vary GOMAXPROCS=1,2',
      );
    if (service === null) return null;
  }
  return {
    asked,
    factors,
    factorial: values['factorial'] === true,
    objective: textOf(values['objective']),
    constraints: texts(values['subjectTo']),
    repeats: between('repeats', values['repeats'], parseCount, 1, MOST_REPEATS),
    armMs: spanMs('arm-duration', values['armDuration'], LEAST_ARM_MS, MOST_ARM_MS) ?? 3000,
    minEffect: between('min-effect', values['minEffect'], parseShare, 0, 1, formatPercent) ?? 0.02,
    service,
  };
}

function readService(values: Readonly<Record<string, unknown>>): ServiceSettings | null {
  const exec = textOf(values['exec']);
  if (exec === null) {
    const stray = ['ready', 'readyTimeout', 'stopTimeout', 'logs', 'shell'].find(
      (name) => values[name] !== undefined && values[name] !== false,
    );
    if (stray === undefined) return null;
    throw usageError(
      `--${stray.replace('Timeout', '-timeout')} is for --exec`,
      "--exec './server --port 8080'",
    );
  }
  const words = values['shell'] === true ? null : parseCommandLine(exec);
  const ready = textOf(values['ready']);
  if (ready !== null && !(/^https?:\/\//i.test(ready) && URL.canParse(ready)))
    throw usageError('--ready: expected a URL', '--ready http://127.0.0.1:8080/healthz');
  return {
    words: (args) => (words === null ? shellLine(exec, args) : [...words, ...args]),
    ready,
    readyMs: spanMs('ready-timeout', values['readyTimeout'], 1, 3_600_000) ?? 30_000,
    graceMs: spanMs('stop-timeout', values['stopTimeout'], 1, 600_000) ?? 5000,
    logs: textOf(values['logs']),
  };
}

/**
 * What arms are judged by: what was asked for, `qps`, `max qps`; else the throughput of a closed loop, and the tail of
 * an open one, whose throughput is given.
 *
 * @throws ZipfireError `usage` for a metric that there is not, and for its wrong end
 */
export function objectiveOf(asked: string | null, plan: Plan): Objective {
  const [, way, name = ''] = /^(?:(max|min)\s+)?(.*)$/s.exec(asked?.trim() ?? usualObjective(plan)) ?? [];
  const [metric] = findMetrics([name]);
  if (metric === undefined)
    throw usageError(`--objective: no metric "${escapeText(name, { maxLength: 60 })}"`);
  if (way !== undefined && (way === 'max') !== (metric.better === 'higher'))
    throw usageError(`--objective: ${name} is better ${metric.better}`, `--objective ${name}`);
  return {
    name: metric.name,
    better: metric.better,
    unit: metric.unit,
    of: ({ summary }) => metric.of(summary),
  };
}

function usualObjective({ load }: Plan): string {
  return load.rate === null ? 'qps' : 'p99';
}

/** @throws ZipfireError `usage` for what is no gate, compares with a baseline, or would end a run */
export function checkConstraints(constraints: readonly string[], plan: Plan): void {
  const operations = plan.operations.flatMap(({ name, partOf }) =>
    partOf === undefined ? [name] : [name, partOf],
  );
  for (const source of constraints) {
    if (parseGate(source, { operations, rate: plan.load.rate }).when.kind === 'abort')
      throw usageError(
        `--subject-to "${source}" would end a run`,
        "write what has to hold: --subject-to 'errors < 1%'",
      );
  }
  refuseGate(gateOnBaseline({ ...plan, gates: constraints }), 'an experiment compares arms with each other');
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function between(
  name: string,
  value: unknown,
  parse: (text: string) => number,
  least: number,
  most: number,
  show: (value: number) => string = String,
): number | null {
  if (typeof value !== 'string') return null;
  const parsed = atFlag(name, () => parse(value));
  if (parsed >= least && parsed <= most) return parsed;
  throw usageError(
    `--${name}: ${escapeText(value, { maxLength: 60 })} is out of range`,
    `--${name} takes ${show(least)} to ${show(most)}`,
  );
}

function spanMs(name: string, value: unknown, least: number, most: number): number | null {
  return between(name, value, parseDurationMs, least, most, (ms) => formatSpan(ms / 1000));
}
