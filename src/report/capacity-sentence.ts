import {
  type CapacityLimit,
  type CapacityResult,
  type CapacityStep,
  formatCount,
  formatPercent,
  formatRateExact,
  formatUs,
} from '../core/index.js';
import { patternNames } from './diagnosis.js';
import { viewPlan } from './plan-view.js';

/** What the service carries, at which P99, and how sure that is: what is left to say when all figures are forgotten. */
export function capacitySentence(result: CapacityResult): string {
  const sentence = result.varied === 'rate' ? rateSentence(result) : sweepSentence(result);
  const names = [...new Set((result.limit?.patterns ?? []).map(({ pattern }) => patternNames[pattern]))];
  // Of what is not known to carry anything there is no limit to tell of.
  return names.length === 0 || result.low === null
    ? sentence
    : `${sentence} Its limit there: ${names.join(', ')}.`;
}

/** `5 runs that failed at 5,095/s and 5,200/s, 20 seconds of them`. */
export function limitRunsText({ at, runs, seconds }: CapacityLimit): string {
  const rates = at.flatMap(({ rate }) => (rate === null ? [] : [perSecond(rate)]));
  const counts = at.map(({ connections }) => formatCount(connections));
  const some = runs === 1 ? '1 run' : `${formatCount(runs)} runs`;
  const where =
    rates.length > 0 ? `that failed at ${listed(rates)}` : `with ${listed(counts)} in flight, saturated`;
  return `${some} ${where}, ${formatCount(seconds)} whole seconds of ${runs === 1 ? 'it' : 'them'}`;
}

function listed(texts: readonly string[]): string {
  return texts.length < 3 ? texts.join(' and ') : `${texts[0]} to ${texts.at(-1)}`;
}

function rateSentence(result: CapacityResult): string {
  const { maxRate, low, high, ended, connections, p99Us } = result;
  if (low === null) return nothingPassed(result);
  const most = maxRate ?? low;
  // Where runs disagree at the highest rate that passed, a little below they do not.
  const certain = most === low ? '' : ` (${perSecond(low)} at the least)`;
  const carries = `This service carries ${perSecond(most)}${certain} at a P99 of ${formatUs(p99Us)}`;
  const atLeast = `This service carries at least ${perSecond(most)}${certain} at a P99 of ${formatUs(p99Us)}`;
  const not = high === null ? '' : ` and not ${perSecond(high)}`;
  const sure = sureText(result);
  switch (ended) {
    case 'found':
      return `${carries}${not}${sure}.`;
    case 'ceiling':
      return `${atLeast}, the highest rate that was to be tried${sure}.`;
    case 'generator':
      return `${atLeast}${sure}; above that the generator is the limit, so how much more is not known.`;
    case 'connections':
      return `${atLeast}${sure}; above that the ${slotsText(result, connections)} are the limit, as each is answered as fast as at rest.`;
    case 'collapsed':
      return `${carries}${not}, after which it did not come back within the cool-down${sure}.`;
    case 'unstable':
      return `What this service carries is unstable: rates that passed failed when they were asked for again; ${perSecond(low)} is the highest with no failure below it${high === null ? '' : `, and nothing passed from ${perSecond(high)} on`}.`;
    case 'time':
      return `${high === null ? atLeast : `${carries}${not}`}, as far as could be found in the time${sure}.`;
    default:
      return `${high === null ? atLeast : `${carries}${not}`}, as far as was seen until ${ended === 'interrupted' ? 'it was interrupted' : 'a run ended in an error'}${sure}.`;
  }
}

function nothingPassed(result: CapacityResult): string {
  const { ended, steps } = result;
  const [lowest] = steps;
  if (lowest === undefined) return 'Nothing was measured, so nothing can be said.';
  const at =
    lowest.rate === null ? `with ${slotsText(result, lowest.connections)}` : `at ${perSecond(lowest.rate)}`;
  const why = lowest.runs.findLast((run) => run.why !== null)?.why ?? null;
  const because = why === null ? '' : ` (${why})`;
  if (lowest.verdict === 'undecided') {
    const gone = ended === 'collapsed' ? ' Then it did not come back within the cool-down.' : '';
    return `${undecided(lowest, at, because)}${gone}`;
  }
  if (ended === 'generator' || lowest.verdict === 'generator')
    return `Nothing can be said of this service: ${at} the generator is the limit${because}.`;
  if (lowest.verdict === 'connections')
    return `Nothing can be said of this service: ${at} the ${slotsText(result, lowest.connections)} are the limit${because}.`;
  if (ended === 'unstable')
    return `What this service carries is unstable: not even ${at} does it meet the gates each time${because}.`;
  const tried = ended === 'floor' ? ', the lowest that was to be tried' : ', the lowest that was tried';
  return `This service does not meet the gates ${at}${tried}${because}.`;
}

/** Of a search that was cut short within its lowest step. */
function undecided({ runs }: CapacityStep, at: string, because: string): string {
  const passed = runs.filter(({ verdict }) => verdict === 'pass').length;
  return `Nothing can be said of this service yet: ${at} ${passed} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} passed, too few to decide${because}.`;
}

/** `: 94 % sure (5 of 5 runs passed, 5 of 5 failed)`. */
function sureText({ confidence, steps, low, high }: CapacityResult): string {
  if (confidence === null) return '';
  if (confidence === 0) return ', though so few runs cannot say how sure that is';
  const share = (rate: number | null, verdict: 'pass' | 'fail', word: string) => {
    const runs = steps.find((step) => step.rate === rate)?.runs ?? [];
    const valid = runs.filter((run) => run.verdict === 'pass' || run.verdict === 'fail');
    return `${valid.filter((run) => run.verdict === verdict).length} of ${valid.length} ${word}`;
  };
  const ends = [share(low, 'pass', 'runs passed'), ...(high === null ? [] : [share(high, 'fail', 'failed')])];
  return `: ${formatPercent(confidence, 2)} sure (${ends.join(', ')})`;
}

function sweepSentence(result: CapacityResult): string {
  const { maxRate, low, high, p99Us, connections, steps, usl, knee } = result;
  if (maxRate === null) return nothingPassed(result);
  const runs = steps.find((step) => step.connections === connections)?.runs.length ?? 1;
  const between =
    runs > 1
      ? ` (${formatRateExact(low)} to ${formatRateExact(high)} over ${runs} runs${sweepSure(result)})`
      : '';
  const bend =
    knee?.connections == null || knee.connections === connections
      ? ''
      : `; from ${formatCount(knee.connections)} on, latency grows by more than throughput`;
  const law = usl === null ? '' : usl.fits ? lawText(usl, result) : '; the scalability law does not fit';
  return `This service carries at most ${perSecond(maxRate)}, with ${slotsText(result, connections)}, at a P99 of ${formatUs(p99Us)}${between}${bend}${law}.`;
}

function sweepSure({ confidence }: CapacityResult): string {
  return confidence === null ? '' : `, ${formatPercent(confidence, 2)} sure of the median`;
}

function lawText(
  { peak, peakConnections }: NonNullable<CapacityResult['usl']>,
  result: CapacityResult,
): string {
  if (peak === null) return '; by the scalability law there is no bound yet';
  const where = peakConnections === null ? 'never quite reached' : `at ${slotsText(result, peakConnections)}`;
  return `; by the scalability law ${perSecond(peak)} is the most, ${where}`;
}

/** Whether the number of `connections` is that of gRPC calls in flight. */
export function countsCalls({ plan }: Pick<CapacityResult, 'plan'>): boolean {
  const { driver, concurrency } = viewPlan(plan);
  return driver === 'grpc' || concurrency !== null;
}

/** What `connections` counts. */
export function slotsWord(result: Pick<CapacityResult, 'plan'>): string {
  return countsCalls(result) ? 'calls in flight' : 'connections';
}

/** `64 connections`, `1 call in flight`. */
export function slotsText(result: Pick<CapacityResult, 'plan'>, count: number | null): string {
  const one = countsCalls(result) ? 'call in flight' : 'connection';
  return `${formatCount(count)} ${count === 1 ? one : slotsWord(result)}`;
}

/** `4,980/s`. */
export function perSecond(rate: number | null): string {
  return `${formatRateExact(rate)}/s`;
}

/** Runs of a step as signs: `✓✓✗`; `!` says nothing of the service. */
export function runSigns({ runs }: Pick<CapacityStep, 'runs'>): string {
  const signs = { pass: '✓', fail: '✗', generator: '!', connections: '!' } as const;
  return runs.map(({ verdict }) => signs[verdict]).join('');
}
