import { errorStage, resetStage } from './faults.js';
import { latencySampler, parseLatency } from './latency.js';
import { burstOf, Slots, TokenBucket } from './limits.js';
import type { Service } from './service.js';
import type { Stage } from './stages.js';
import { blockThread, nextStallNs, type StallPlan, stallLeftNs, stallPlan } from './stalls.js';

/** What timers are late by, and a little more; a service that is later than that is slow, and not its timers. */
const MOST_MADE_UP_NS = 10e6;

/** What the stages work with. */
type Surroundings = Pick<Service, 'options' | 'clock' | 'counters' | 'delays' | 'inFlight'>;

/**
 * What the service does on purpose, in the order in which a request meets it; empty when all options are off,
 * and then a request costs nothing more.
 */
export function behaviourStages(service: Surroundings): Stage[] {
  const { options } = service;
  const stalls = stallStages(service);
  const stages = [
    // A request meets a pause when it comes, and once more when its answer is ready.
    ...stalls,
    ...(options.rate > 0 ? [rateStage(service)] : []),
    ...(options.concurrency > 0 ? [concurrencyStage(service)] : []),
    ...latencyStages(service),
    ...(options.stallKind === 'queue' ? stalls : []),
    ...(options.resetShare > 0 ? [resetStage(service)] : []),
    ...(options.errorShare > 0 ? [errorStage(service)] : []),
  ];
  return stages.length === 0 ? [] : [pendingStage(service), ...stages];
}

/** A bound on all that the other stages hold. */
function pendingStage({ options, inFlight }: Surroundings): Stage {
  return (hit, next) => {
    if (inFlight.count <= options.maxPending) next();
    else hit.refuse('pending');
  };
}

function rateStage({ options, clock, delays }: Surroundings): Stage {
  const bucket = new TokenBucket(options.rate, burstOf(options.rate, options.burst));
  if (options.overLimit === 'queue') return (_, next) => delays.after(bucket.reserveNs(clock()), next);
  return (hit, next) => {
    if (bucket.tryTake(clock())) next();
    else hit.refuse('rate');
  };
}

/**
 * Who waits for a slot begins when it should have been free, and not when the timer of the one before fired: so 20 ms for
 * a hundred at once are 5,000/s, and no timer's lateness less.
 */
function concurrencyStage({ options, clock }: Surroundings): Stage {
  const slots = new Slots(options.concurrency);
  return (hit, next) => {
    if (options.overLimit === 'refuse' && slots.isFull) {
      hit.refuse('concurrency');
      return;
    }
    const cameNs = clock();
    slots.acquire((freedNs) => {
      const nowNs = clock();
      hit.plannedNs = freedNs === null ? nowNs : Math.max(cameNs, freedNs, nowNs - MOST_MADE_UP_NS);
      const release = () => slots.release(Math.min(hit.plannedNs ?? nowNs, clock()));
      if (hit.ended) {
        release();
      } else {
        hit.onEnd = release;
        next();
      }
    });
  };
}

function latencyStages({ options, clock, delays }: Surroundings): Stage[] {
  const latency = parseLatency(options.latency);
  if (latency.kind === 'none') return [];
  const sampleNs = latencySampler(latency, options.seed);
  return [
    (hit, next) => {
      hit.plannedNs = (hit.plannedNs ?? clock()) + sampleNs(hit.number);
      delays.at(hit.plannedNs, next);
    },
  ];
}

/** Time counts from the first request that gets here, so that a test need not guess when the run began. */
function stallStages(service: Surroundings): Stage[] {
  const { options, clock, delays } = service;
  const plan = stallPlan(options);
  if (plan === null) return [];
  const isBlock = options.stallKind === 'block';
  let startNs: number | null = null;
  return [
    (hit, next) => {
      if (startNs === null) {
        startNs = clock();
        if (isBlock) scheduleBlock(service, plan, startNs);
      }
      if (isBlock) {
        next();
        return;
      }
      const leftNs = stallLeftNs(plan, clock() - startNs);
      if (leftNs > 0 && hit.plannedNs !== null) hit.plannedNs = clock() + leftNs;
      delays.after(leftNs, next);
    },
  ];
}

function scheduleBlock(service: Surroundings, plan: StallPlan, startNs: number): void {
  const { clock, delays } = service;
  const waitNs = nextStallNs(plan, clock() - startNs);
  if (waitNs === Number.POSITIVE_INFINITY) return;
  delays.after(waitNs, () => {
    blockThread(plan.forNs, clock);
    scheduleBlock(service, plan, startNs);
  });
}
