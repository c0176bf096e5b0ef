import type { ConstStage, RampStage, RateStage, SineStage, SpikeStage, StepStage } from '../../core/index.js';
import { stepCount } from '../../pace/index.js';

/** What a stage may say. `level` goes by what the stages are of: rate, connections or concurrency. */
export type Field =
  | 'level'
  | 'from'
  | 'to'
  | 'step'
  | 'every'
  | 'spike'
  | 'at'
  | 'width'
  | 'mean'
  | 'amplitude'
  | 'period'
  | 'for';

/** Of the fields that a form has; times are ms. */
type Values = Readonly<Record<Field, number>>;

/** One way for something to change: its fields, as a profile and a flag have them, and the stage they make. */
export interface Form<S extends RateStage> {
  readonly shape: S['shape'];
  readonly fields: readonly Field[];
  /** Who gives one of these means this form, unless an earlier one claims it. */
  readonly marks: readonly Field[];
  /** How a flag says it, in order; a group for each field. */
  readonly pattern: RegExp;
  readonly grammar: string;
  readonly example: string;
  readonly about: string;
  /** What does not go together, and where; null when all does. */
  readonly check: (values: Values) => Fault | null;
  readonly build: (values: Values) => S;
}

export interface Fault {
  readonly field: Field;
  readonly message: string;
}

/** Fields that are times; the others are levels. */
const times: readonly Field[] = ['every', 'at', 'width', 'period', 'for'];

/** Levels of one stage: more are a ramp. */
const MAX_STEPS = 10_000;

const LEVEL = String.raw`\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\s*[kKMGT]?(?:\s*/\s*(?:s|sec|m|min|h))?`;
const TIME = String.raw`[\d._]+[\d._ a-zµμ]*`;

const whole = (pattern: TemplateStringsArray, ...groups: readonly string[]): RegExp => {
  const group = (name: string) => `\\s*(?<${name}>${isTime(name) ? TIME : LEVEL})\\s*`;
  return new RegExp(`^${String.raw(pattern, ...groups.map(group))}$`);
};

const fine = () => null;

const constForm: Form<ConstStage> = {
  shape: 'const',
  fields: ['level', 'for'],
  marks: ['level'],
  pattern: whole`${'level'}/${'for'}`,
  grammar: 'LEVEL/TIME',
  example: '20k/30s',
  about: 'The same all the time.',
  check: fine,
  build: ({ level, for: durationMs }) => ({ shape: 'const', level, durationMs }),
};

const rampForm: Form<RampStage> = {
  shape: 'ramp',
  fields: ['from', 'to', 'for'],
  marks: ['from', 'to'],
  pattern: whole`${'from'}\.\.${'to'}/${'for'}`,
  grammar: 'FROM..TO/TIME',
  example: '1k..20k/2m',
  about: 'A straight line.',
  check: fine,
  build: ({ from, to, for: durationMs }) => ({ shape: 'ramp', from, to, durationMs }),
};

const stepForm: Form<StepStage> = {
  shape: 'step',
  fields: ['from', 'to', 'step', 'every'],
  marks: ['step', 'every'],
  pattern: whole`${'from'}\.\.${'to'}\+${'step'}/${'every'}`,
  grammar: 'FROM..TO+STEP/TIME',
  example: '1k..5k+1k/10s',
  about: 'From one level to another in steps, each of which lasts for `every`.',
  check: ({ from, to, step, every }) => {
    if (step === 0) return { field: 'step', message: 'steps of 0 lead nowhere' };
    if (stepCount({ shape: 'step', from, to, by: step, everyMs: every }) <= MAX_STEPS) return null;
    return { field: 'step', message: `more than ${MAX_STEPS} steps` };
  },
  build: ({ from, to, step: by, every: everyMs }) => ({ shape: 'step', from, to, by, everyMs }),
};

const spikeForm: Form<SpikeStage> = {
  shape: 'spike',
  fields: ['level', 'spike', 'at', 'width', 'for'],
  marks: ['spike', 'at', 'width'],
  pattern: whole`${'level'}\^${'spike'}@${'at'}\+${'width'}/${'for'}`,
  grammar: 'LEVEL^SPIKE@AT+WIDTH/TIME',
  example: '2k^20k@2s+1s/5s',
  about: 'The same all the time, but for the spike that begins after `at` and lasts for `width`.',
  check: ({ at, width, for: durationMs }) =>
    at + width <= durationMs
      ? null
      : { field: 'width', message: 'the spike goes beyond the end of its stage' },
  build: ({ level: base, spike: peak, at: atMs, width: widthMs, for: durationMs }) => ({
    shape: 'spike',
    base,
    peak,
    atMs,
    widthMs,
    durationMs,
  }),
};

const sineForm: Form<SineStage> = {
  shape: 'sine',
  fields: ['mean', 'amplitude', 'period', 'for'],
  marks: ['mean', 'amplitude', 'period'],
  pattern: whole`${'mean'}~${'amplitude'}@${'period'}/${'for'}`,
  grammar: 'MEAN~AMPLITUDE@PERIOD/TIME',
  example: '5k~4k@60s/3m',
  about: 'A wave about a mean, at which it begins upwards.',
  check: ({ mean, amplitude }) => {
    if (mean === 0) return { field: 'mean', message: 'expected more than 0' };
    return amplitude <= mean
      ? null
      : { field: 'amplitude', message: 'more than the mean: it would be below 0 at times' };
  },
  build: ({ mean, amplitude, period: periodMs, for: durationMs }) => ({
    shape: 'sine',
    mean,
    amplitude,
    periodMs,
    durationMs,
  }),
};

export const levelForms = [stepForm, rampForm, constForm] as const;
export const rateForms = [sineForm, spikeForm, ...levelForms] as const;

export function isTime(field: string): boolean {
  return times.some((time) => time === field);
}
