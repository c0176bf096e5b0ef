import {
  type ArmComparison,
  type Experiment,
  formatFactor,
  formatRateExact,
  formatUs,
} from '../../core/index.js';
import { median } from '../../statistics/order.js';
import type { Measured } from './figures.js';
import type { Objective } from './runner.js';
import { tailAt } from './same-rate.js';

export interface Grounds {
  readonly objective: Objective;
  readonly guard: Measured | null;
  /** The metric that the verdict follows: `constraints` where the first arm does not meet them. */
  readonly decides: string;
  /** Arms that are better by the objective, and worse by the guard. */
  readonly tradeOffs: readonly string[];
}

/** What came of an experiment, in a sentence or two. */
export function conclude(experiment: Omit<Experiment, 'conclusion'>, grounds: Grounds): string {
  const { arms, comparisons, verdict, invalid, tied } = experiment;
  const { objective, decides, tradeOffs } = grounds;
  const base = arms[0]?.name ?? '';
  const of = (arm: string, metric: string) =>
    comparisons.find((each) => each.arm === arm && each.metric === metric);
  if (invalid.length > 0) return `Inconclusive: ${invalid[0]}.`;
  if (verdict === base && arms.length > 1) {
    const others = arms.slice(1).map(({ name }) => {
      const other = grounds.guard === null ? undefined : of(name, grounds.guard.name);
      const costs = other?.verdict === 'better' ? `, though its ${guardText(experiment, name, grounds)}` : '';
      return `${effectText(of(name, objective.name), name, base)}${costs}`;
    });
    return `${base} is the best of what was tried: ${others.join('; ')}.`;
  }
  if (verdict !== '~') {
    const won = of(verdict, objective.name);
    const tie =
      tied.length === 0 ? '' : ` ${list(tied)} ${tied.length === 1 ? 'is' : 'are'} not told apart from it.`;
    if (decides === 'constraints') {
      const [first, best] = [arms[0], arms.find(({ name }) => name === verdict)];
      return `${verdict} meets the constraints in ${best?.met} of ${best?.values.length} runs, ${base} in ${first?.met} of ${first?.values.length}; of those that do it has the best ${objective.name}.${tie}`;
    }
    return `${effectText(won, verdict, base)}.${besides(experiment, verdict, grounds)}${tie}`;
  }
  const [trade] = tradeOffs;
  if (trade !== undefined)
    return `${effectText(of(trade, objective.name), trade, base)}, but its ${guardText(experiment, trade, grounds)}: which of them counts, --objective and --subject-to say.`;
  const unable = arms.every(({ met, values }) => met !== null && 2 * met <= values.length);
  if (unable)
    return `None of ${list(arms.map(({ name }) => name))} meets the constraints in most of its runs.`;
  const seen = arms.slice(1).flatMap(({ name, left }) => {
    const found = of(name, objective.name);
    if (left !== null) return [`${name} ${left}`];
    return found?.ratio === null || found === undefined ? [] : [effectText(found, name, base)];
  });
  return `No difference is proven${seen.length === 0 ? '' : `: ${seen.join('; ')}`}.`;
}

/** `GOMAXPROCS=2: qps × 1.83 of GOMAXPROCS=1 (1.75 to 1.91, 95 % sure, p 0.004)` */
function effectText(found: ArmComparison | undefined, arm: string, base: string): string {
  if (found === undefined) return `${arm} against ${base}: no figure`;
  if (found.ratio === null)
    return `${arm}: ${found.metric} against ${base} is no ratio, as there are runs in which it is 0 (${pText(found.p)})`;
  const { metric, ratio, low, high, confidence, p } = found;
  if (low === null || high === null)
    return `${arm}: ${metric} × ${figure(ratio)} of ${base} (too few runs for an interval)`;
  const sure = confidence === null ? '' : `, ${Math.floor(100 * confidence)} % sure`;
  return `${arm}: ${metric} × ${figure(ratio)} of ${base} (${figure(low)} to ${figure(high)}${sure}, ${pText(p)})`;
}

/** `p99 is × 2.51 (2.12 to 2.61), from 20 ms to 50 ms, at full load, and × 0.61 …, at the same rate of 290/s` */
function guardText(
  { arms, comparisons, sameRate }: Omit<Experiment, 'conclusion'>,
  name: string,
  { guard }: Grounds,
): string {
  const found = (metric: string) => comparisons.find((each) => each.arm === name && each.metric === metric);
  const [base, arm] = [arms[0], arms.find((each) => each.name === name)];
  const metric = guard?.name ?? '';
  const ofGuard = (each: typeof arm) => (metric === 'qps' ? each?.qps : each?.p99Us) ?? [];
  const own = `${metric} is ${ratioText(found(metric), metric, ofGuard(base), ofGuard(arm))}`;
  const runs = sameRate?.arms.find((each) => each.name === name);
  if (sameRate === undefined || runs === undefined) return own;
  const rate = `at the same rate of ${formatRateExact(sameRate.rate)}/s`;
  const [reason] = sameRate.invalid.filter(
    (each) => each.includes(` runs of ${name}:`) || each.includes(` runs of ${base?.name}:`),
  );
  if (reason !== undefined)
    return `${own}, at full load, and not to be judged ${rate} (${reason.replace(/; .*/s, '')})`;
  const tail = found(tailAt(sameRate.rate));
  const from = sameRate.arms.find((each) => each.name === base?.name)?.p99Us ?? [];
  const alike = tail?.verdict === '~' ? 'not told apart, ' : '';
  return `${own}, at full load, and ${alike}${ratioText(tail, metric, from, runs.p99Us)}, ${rate}`;
}

function ratioText(
  found: ArmComparison | undefined,
  metric: string,
  from: readonly (number | null)[],
  to: readonly (number | null)[],
): string {
  const text = metric === 'qps' ? formatRateExact : formatUs;
  const [ratio, low, high] = [found?.ratio, found?.low, found?.high].map((each) => figure(each));
  return `× ${ratio} (${low} to ${high}), from ${text(middle(from))} to ${text(middle(to))}`;
}

/** The other figure that a reader asks for, from and to; what it costs where it is worse. */
function besides(experiment: Omit<Experiment, 'conclusion'>, verdict: string, grounds: Grounds): string {
  const { arms, comparisons, sameRate } = experiment;
  const { objective, guard } = grounds;
  const worse = comparisons.some(
    ({ arm, metric, verdict: said }) => arm === verdict && metric === guard?.name && said === 'worse',
  );
  if (worse) {
    const open =
      sameRate !== undefined && sameRate.invalid.length > 0
        ? ` So ${objective.name} decides, and --objective ${guard?.name} names ${arms[0]?.name}.`
        : '';
    return ` Its ${guardText(experiment, verdict, grounds)}.${open}`;
  }
  const [base, best] = [arms[0], arms.find(({ name }) => name === verdict)];
  if (base === undefined || best === undefined) return '';
  if (objective.name === 'qps') {
    const [from, to] = [base, best].map(({ p99Us }) => formatUs(middle(p99Us)));
    return ` p99 went from ${from} to ${to}.`;
  }
  const [from, to] = [base, best].map(({ qps }) => formatRateExact(middle(qps) ?? 0));
  return ` qps went from ${from} to ${to}.`;
}

function middle(values: readonly (number | null)[]): number | null {
  const some = values.filter((value) => value !== null);
  return some.length === 0 ? null : median(some);
}

function figure(ratio: number | null | undefined): string {
  return formatFactor(ratio ?? null);
}

function pText(p: number | null): string {
  if (p === null) return 'not tested';
  return p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
