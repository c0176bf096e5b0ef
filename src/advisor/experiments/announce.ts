import { formatRateExact, formatSpan } from '../../core/index.js';
import type { Arm } from './runner.js';

/** What a session takes. */
interface Times {
  /** Runs of each arm. */
  readonly repeats: number;
  /** Under load, of each run. */
  readonly runMs: number;
  /** To end a service and start it again, for each run; 0: it stays. */
  readonly restartMs: number;
}

/** What is about to be run, and for how long. @param race whether arms may be given up before the end */
export function announce(arms: readonly Arm[], race: boolean, times: Times): string {
  const most = race ? 'at most ' : '';
  return `${arms.length} arms, ${most}${times.repeats} runs each, in turns: ${most}${timeText(arms, times)}`;
}

export function announceRate(arms: readonly Arm[], rate: number, times: Times): string {
  const names = arms.slice(1).map(({ name }) => name);
  return `throughput and p99 do not agree on ${names.join(', ')}, so p99 is asked at one rate for all, ${formatRateExact(rate)}/s at random: ${times.repeats} runs each, ${timeText(arms, times)}`;
}

function timeText(arms: readonly Arm[], { repeats, runMs, restartMs }: Times): string {
  const runs = arms.length * repeats;
  const span = (ms: number) => formatSpan(Math.ceil(ms / 1000));
  const load = `${span(runs * runMs)} under load`;
  return restartMs === 0 ? load : `${load}, about ${span(runs * (runMs + restartMs))} with the restarts`;
}
