import { errorStage, resetStage } from './faults.js';
import type { InFlight } from './in-flight.js';
import { latencySampler, parseLatency } from './latency.js';
import { burstOf, Slots, TokenBucket } from './limits.js';
import type { Service } from './route.js';
import type { Stage } from './stages.js';
import { blockThread, nextStallNs, type StallPlan, stallLeftNs, stallPlan } from './stalls.js';

/**
 * What the service does on purpose, in the order in which a request meets it; empty when all options are off,
 * and then a request costs nothing more.
 */
export function behaviourStages(service: Service, inFlight: InFlight): Stage[] {
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
  return stages.length === 0 ? [] : [pendingStage(service, inFlight), ...stages];
}

/** A bound on all that the other stages hold. */
function pendingStage({ options, respond }: Service, inFlight: InFlight): Stage {
  return ({ req, res }, next) => {
    if (inFlight.count <= options.maxPending) next();
    else respond.text(req, res, 503, 'too many requests are pending', ['Retry-After', '1']);
  };
}

function rateStage({ options, clock, delays, respond }: Service): Stage {
  const bucket = new TokenBucket(options.rate, burstOf(options.rate, options.burst));
  if (options.overLimit === 'queue') return (_, next) => delays.after(bucket.reserveNs(clock()), next);
  return ({ req, res }, next) => {
    if (bucket.tryTake(clock())) next();
    else respond.text(req, res, 429, 'over the rate limit', ['Retry-After', '1']);
  };
}

function concurrencyStage({ options, respond }: Service): Stage {
  const slots = new Slots(options.concurrency);
  const release = () => slots.release();
  return (hit, next) => {
    if (options.overLimit === 'refuse' && slots.isFull) {
      respond.text(hit.req, hit.res, 503, 'over the concurrency limit', ['Retry-After', '1']);
      return;
    }
    slots.acquire(() => {
      if (hit.ended) {
        release();
      } else {
        hit.onEnd = release;
        next();
      }
    });
  };
}

function latencyStages({ options, delays }: Service): Stage[] {
  const latency = parseLatency(options.latency);
  if (latency.kind === 'none') return [];
  const sampleNs = latencySampler(latency, options.seed);
  return [(hit, next) => delays.after(sampleNs(hit.number), next)];
}

/** Time counts from the first request that gets here, so that a test need not guess when the run began. */
function stallStages(service: Service): Stage[] {
  const { options, clock, delays } = service;
  const plan = stallPlan(options);
  if (plan === null) return [];
  const isBlock = options.stallKind === 'block';
  let startNs: number | null = null;
  return [
    (_, next) => {
      if (startNs === null) {
        startNs = clock();
        if (isBlock) scheduleBlock(service, plan, startNs);
      }
      if (isBlock) next();
      else delays.after(stallLeftNs(plan, clock() - startNs), next);
    },
  ];
}

function scheduleBlock(service: Service, plan: StallPlan, startNs: number): void {
  const { clock, delays } = service;
  const waitNs = nextStallNs(plan, clock() - startNs);
  if (waitNs === Number.POSITIVE_INFINITY) return;
  delays.after(waitNs, () => {
    blockThread(plan.forNs, clock);
    scheduleBlock(service, plan, startNs);
  });
}
