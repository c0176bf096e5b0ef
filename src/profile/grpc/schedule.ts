import {
  escapeText,
  type LevelStage,
  parseCount,
  parseDurationMs,
  suggestion,
  usageError,
} from '../../core/index.js';
import type { Problems } from '../problems.js';
import type { Settings } from '../settings.js';
import type { GrpcFlags } from './flags.js';

/** ghz's flags of schedules, without what they are of: `loadStart`, `concurrencyStart`. */
const parts = ['Schedule', 'Start', 'Step', 'End', 'StepDuration', 'MaxDuration'] as const;
type Part = (typeof parts)[number];
type Of = 'load' | 'concurrency';
export type ScheduleFlag = `${Of}${Part}`;

/** What ghz changes over time, and how. */
interface Schedule {
  /** A straight line, or steps of `everyMs`. */
  readonly everyMs: number | null;
  readonly start: number;
  /** Signed: of each step, or each second of a line. */
  readonly step: number;
  /** Null: it goes on. */
  readonly end: number | null;
  /** When it goes to `end`, or stays where it is then. */
  readonly maxMs: number | null;
}

/** Levels of a schedule: more are a line. */
const MAX_STEPS = 10_000;
const SECOND_MS = 1000;

/**
 * Schedules of ghz as stages. They go on at their last rate, as in ghz; a line of load is a line here, where ghz has
 * steps of a second, and one of concurrency has the same steps.
 */
export function readSchedules(
  flags: GrpcFlags,
  settings: Partial<Settings>,
  problems: Problems,
): Partial<Settings> {
  const stages = readSchedule('load', flags, problems, (schedule) =>
    stagesOf(schedule, loadEndMs(schedule, settings)),
  );
  const concurrencyStages = readSchedule('concurrency', flags, problems, (schedule) =>
    stagesOf({ ...schedule, everyMs: schedule.everyMs ?? SECOND_MS }, settings.measureMs ?? null),
  );
  if (stages !== undefined && settings.stages !== undefined) {
    problems.add(['--load-schedule'], 'and --stages are two schedules', 'leave one of them out');
  }
  return {
    ...(stages === undefined ? {} : { stages }),
    ...(concurrencyStages === undefined ? {} : { concurrencyStages }),
  };
}

/** Flags of schedules that stand for settings of other names, as places of problems. */
export function schedulePlace(text: string, flags: GrpcFlags): string {
  if (text === '--stages' && flags.loadSchedule !== undefined) return '--load-schedule';
  if (text === '--concurrency-stages' && flags.concurrencySchedule !== undefined)
    return '--concurrency-schedule';
  return text;
}

function readSchedule(
  of: Of,
  flags: GrpcFlags,
  problems: Problems,
  make: (schedule: Schedule) => LevelStage[],
): readonly LevelStage[] | undefined {
  const place = (part: Part) => [`--${of}${part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`];
  // ghz's defaults are 0: nothing is said then.
  const text = (part: Part) => {
    const given = flags[`${of}${part}`];
    return given === undefined || /^0(s|ms)?$/.test(given) ? undefined : given;
  };
  const shape = text('Schedule') ?? 'const';
  if (shape === 'const') {
    const [surplus] = parts.filter((part) => part !== 'Schedule' && text(part) !== undefined);
    if (surplus === undefined) return undefined;
    problems.add(place(surplus), 'is of a schedule', `give one: --${of}-schedule step or line`);
    return undefined;
  }
  if (shape !== 'step' && shape !== 'line') {
    const known = suggestion(shape, ['const', 'step', 'line']);
    problems.add(place('Schedule'), `no such schedule: ${shown(shape)}; ${known}`);
    return undefined;
  }
  const read = <T>(part: Part, value: (text: string) => T, needed: boolean): T | null | undefined => {
    const given = text(part);
    if (given !== undefined) return problems.attempt(place(part), () => value(given));
    if (needed) problems.add(place(part), `missing: ${shape === 'step' ? 'steps have' : 'a line has'} one`);
    return needed ? undefined : null;
  };
  const start = read('Start', parseCount, true);
  const step = read('Step', readSigned, true);
  const end = read('End', parseCount, false);
  const everyMs = shape === 'line' ? null : read('StepDuration', readMs, true);
  const maxMs = read('MaxDuration', readMs, false);
  const all = { start, step, end, everyMs, maxMs };
  if (!isWhole(all)) return undefined;
  return problems.attempt(place('Schedule'), () => make(checked(all, of)));
}

type Read = { readonly [K in keyof Schedule]: Schedule[K] | null | undefined };

function isWhole(read: Read): read is Schedule {
  return (
    Object.values(read).every((value) => value !== undefined) && read.start !== null && read.step !== null
  );
}

function checked(schedule: Schedule, of: Of): Schedule {
  const { start, step, end } = schedule;
  if (step === 0) throw usageError('steps of 0 lead nowhere');
  if (end !== null && Math.sign(end - start) !== Math.sign(step)) {
    throw usageError(`steps of ${step} do not lead from ${start} to ${end}`, `turn the sign of --${of}-step`);
  }
  return schedule;
}

/** When the schedule may stop changing as the run is over by then, ms; null: that cannot be told. */
function loadEndMs(schedule: Schedule, { measureMs, requests }: Partial<Settings>): number | null {
  if (measureMs !== undefined) return measureMs;
  if (requests === undefined) return null;
  const { start, step, everyMs } = schedule;
  if (everyMs === null) {
    // start·t + step·t²/2 = requests; see `pace/curve/line`.
    const rate = Math.sqrt(start * start + 2 * step * requests);
    return Number.isNaN(rate) ? null : ((2 * requests) / (start + rate)) * SECOND_MS;
  }
  let sent = 0;
  for (let count = 0; count < MAX_STEPS && start + count * step > 0; count++) {
    sent += (start + count * step) * (everyMs / SECOND_MS);
    if (sent >= requests) return (count + 1) * everyMs;
  }
  return null;
}

/** @param untilMs where it may end, if nothing else says so */
function stagesOf(schedule: Schedule, untilMs: number | null): LevelStage[] {
  const stages =
    schedule.everyMs === null ? line(schedule, untilMs) : steps(schedule, schedule.everyMs, untilMs);
  const ends = stages.flatMap((stage) => (stage.shape === 'const' ? [stage.level] : [stage.from, stage.to]));
  if (Math.min(...ends) >= 0 && stages.every(isPositive)) return stages;
  throw usageError('it comes to 0', 'give it an end, or a duration that ends before');
}

function isPositive(stage: LevelStage): boolean {
  return (
    stage.shape === 'ramp' || (stage.shape === 'const' ? stage.level > 0 : Math.min(stage.from, stage.to) > 0)
  );
}

function line({ start, step, end, maxMs }: Schedule, untilMs: number | null): LevelStage[] {
  const rampFor = (durationMs: number): LevelStage => {
    const to = start + (step * durationMs) / SECOND_MS;
    return { shape: 'ramp', from: start, to, durationMs };
  };
  if (maxMs !== null) return [rampFor(maxMs), ...(end === null ? [] : [constant(end, SECOND_MS)])];
  if (end !== null)
    return [{ shape: 'ramp', from: start, to: end, durationMs: ((end - start) / step) * SECOND_MS }];
  return [rampFor(untilMs ?? neverEnds())];
}

function steps({ start, step, end, maxMs }: Schedule, everyMs: number, untilMs: number | null): LevelStage[] {
  const level = (index: number) => start + index * step;
  const until = (last: number): LevelStage => {
    if (last > MAX_STEPS) throw usageError(`more than ${MAX_STEPS} steps`, 'make them longer, or larger');
    return last <= 0
      ? constant(start, everyMs)
      : { shape: 'step', from: start, to: level(last), by: Math.abs(step), everyMs };
  };
  if (maxMs === null && end !== null) {
    const stage: LevelStage = { shape: 'step', from: start, to: end, by: Math.abs(step), everyMs };
    until(Math.floor((end - start) / step));
    return [stage];
  }
  if (maxMs === null) return [until(Math.ceil((untilMs ?? neverEnds()) / everyMs) - 1)];
  const whole = Math.floor(maxMs / everyMs);
  if (end === null) return [until(whole)];
  const restMs = maxMs - whole * everyMs;
  return [
    ...(whole > 0 ? [until(whole - 1)] : []),
    ...(restMs > 0 ? [constant(level(whole), restMs)] : []),
    constant(end, everyMs),
  ];
}

function constant(level: number, durationMs: number): LevelStage {
  return { shape: 'const', level, durationMs };
}

function neverEnds(): never {
  throw usageError('nothing says where it ends', 'give it an end or a max-duration, or the run a duration');
}

function readSigned(text: string): number {
  return text.startsWith('-') ? -parseCount(text.slice(1)) : parseCount(text);
}

function readMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms < 1) throw usageError(`expected at least 1ms, read ${shown(text)}`);
  return ms;
}

function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
