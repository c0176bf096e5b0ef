import {
  type ArmComparison,
  type Experiment,
  formatFactor,
  formatRateExact,
  formatUs,
} from '../../core/index.js';
import { median } from '../../statistics/order.js';
import type { Measured } from './judge.js';
import type { Objective } from './runner.js';

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
    const others = arms.slice(1).map(({ name }) => effectText(of(name, objective.name), name, base));
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
  if (trade !== undefined) {
    const other = of(trade, grounds.guard?.name ?? '');
    return `${effectText(of(trade, objective.name), trade, base)}, but ${other?.metric ?? ''} × ${figure(other?.ratio)} (${figure(other?.low)} to ${figure(other?.high)}): which of them counts, --objective and --subject-to say.`;
  }
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
  if (found === undefined || found.ratio === null) return `${arm} against ${base}: no figure`;
  const { metric, ratio, low, high, confidence, p } = found;
  const sure = confidence === null ? '' : `, ${Math.floor(100 * confidence)} % sure`;
  return `${arm}: ${metric} × ${figure(ratio)} of ${base} (${figure(low)} to ${figure(high)}${sure}, ${pText(p)})`;
}

/** The other figure that a reader asks for, from and to. */
function besides({ arms }: Omit<Experiment, 'conclusion'>, verdict: string, { objective }: Grounds): string {
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
