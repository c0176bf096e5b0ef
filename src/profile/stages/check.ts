import { formatCount, type Load } from '../../core/index.js';
import { levelRange, RateCurve } from '../../pace/index.js';
import type { SettingName, Settings } from '../settings.js';
import { endsInSilence, measureOf, mostWorkers } from './resolve.js';

type Complain = (name: SettingName, message: string, hint?: string) => void;

/** Stages that are well each, and do not go with the rest of the load. */
export function checkStages(load: Load, settings: Partial<Settings>, complain: Complain): void {
  checkRate(settings, complain);
  checkConnections(load, settings, complain);
  checkConcurrency(load, complain);
  const { workers } = load;
  const most = mostWorkers(settings, Number.POSITIVE_INFINITY);
  if (workers <= most) return;
  const hint = `begin with ${workers} or more, or use ${most === 1 ? 'one worker' : `${most} workers`}`;
  const name = load.connectionStages === undefined ? 'concurrencyStages' : 'connectionStages';
  complain(name, `${workers} workers cannot share ${most}: each needs one`, hint);
}

function checkRate(settings: Partial<Settings>, complain: Complain): void {
  const { rate, stages } = settings;
  if (stages === undefined) return;
  if (rate !== undefined) complain('stages', 'a rate and stages are two schedules', 'leave one of them out');
  if (endsInSilence(stages)) {
    complain('stages', 'the last stage sends nothing', 'leave it out');
    return;
  }
  const { durationMs, requests } = measureOf(settings);
  const curve = new RateCurve(stages);
  if (durationMs !== null && curve.timeNs(0) >= durationMs * 1e6) {
    complain(
      'stages',
      'nothing is due before the measurement ends',
      'measure longer, or begin at a higher rate',
    );
  }
  if (durationMs === null && requests !== null && requests > curve.arrivals) {
    const all = formatCount(Math.ceil(curve.arrivals));
    complain('requests', `the stages end at a rate of 0 and send ${all}`, 'ask for as many, or a duration');
  }
}

function checkConnections(load: Load, settings: Partial<Settings>, complain: Complain): void {
  const { connections, connectionStages, driver } = load;
  if (connectionStages === undefined) return;
  const { most } = levelRange(connectionStages);
  if (most > connections) {
    complain(
      'connectionStages',
      `${most} of ${connections} connections`,
      `set connections to ${most}, or leave it out`,
    );
  }
  if (driver === 'undici') {
    complain('connectionStages', 'the undici driver uses all of its connections', 'set driver to wire');
  }
  if (driver === 'grpc' && settings.concurrency !== undefined) {
    const hint = 'give streams, the calls in flight on each, in its place';
    complain('concurrency', 'the calls in flight follow from the connections in use', hint);
  }
}

function checkConcurrency(load: Load, complain: Complain): void {
  const { concurrencyStages, connections, concurrency } = load;
  if (concurrencyStages === undefined) return;
  const { most } = levelRange(concurrencyStages);
  const room = concurrency ?? connections * inFlightOnEach(load);
  if (most <= room) return;
  const more = load.driver === 'grpc' ? 'concurrency' : 'connections';
  complain(
    'concurrencyStages',
    `${most} requests in flight, and there is room for ${room}`,
    `raise ${more}, or leave it out`,
  );
}

/** Requests that one connection carries at a time; the larger number where the server chooses the protocol. */
export function inFlightOnEach({
  keepAlive,
  http,
  streams,
  pipeline,
}: Pick<Load, 'keepAlive' | 'http' | 'streams' | 'pipeline'>): number {
  if (!keepAlive) return 1;
  if (http === 'auto') return Math.max(streams, pipeline);
  return http === '2' ? streams : pipeline;
}
