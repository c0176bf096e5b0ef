import { pinnedProcs } from '../../derive/go.js';
import type { Variable } from '../../gather/files/index.js';
import { cpusOf } from '../../gather/files/quantities.js';
import { type Runner, variableOf } from './runners.js';

/** A GOMAXPROCS that a container is given, and what Go makes of it. */
export interface Pin {
  readonly variable: Variable;
  /** Null: it is filled in later, or comes from what is not among the files, or Go passes over it. */
  readonly procs: number | null;
  /** Whether Go passes over it, as if it were not set. */
  readonly ignored: boolean;
  /** As it is shown: `4`, `500 (limits.cpu by 1m)`. */
  readonly said: string;
}

/** Null: it is not set. */
export function pinOf(runner: Runner): Pin | null {
  const variable = variableOf(runner, 'GOMAXPROCS');
  if (variable === undefined) return null;
  const { value, from } = variable;
  if (from === 'limits.cpu') return limitPin(variable, runner);
  if (value === null) return { variable, procs: null, ignored: false, said: from ?? 'unknown' };
  const procs = pinnedProcs(value);
  // Something else puts a number in.
  const filledIn = /[$`{}<>@%]/.test(value);
  const said = from === null ? value : `${value} (${sourceOf(variable)})`;
  return { variable, procs, ignored: procs === null && !filledIn, said: said === '' ? '""' : said };
}

/** A pin that Go takes, or one that nobody knows to be none. */
export function takenPin(runner: Runner): Pin | null {
  const pin = pinOf(runner);
  return pin === null || pin.ignored ? null : pin;
}

/** Kubernetes divides and rounds up. */
function limitPin(variable: Variable, { container }: Runner): Pin {
  const limit = container.cpuLimit?.value;
  const procs = limit === undefined ? null : Math.ceil(limit / divisorOf(variable) - 1e-9);
  const source = sourceOf(variable);
  return { variable, procs, ignored: false, said: procs === null ? source : `${procs} (${source})` };
}

/** A divisor that is not given, or is 0, is 1. */
function divisorOf({ divisor }: Variable): number {
  return cpusOf(divisor ?? '1') || 1;
}

function sourceOf({ from, divisor }: Variable): string {
  return divisor === undefined ? `${from}` : `${from} by ${divisor}`;
}
