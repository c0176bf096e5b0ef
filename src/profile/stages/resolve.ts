import type { Load, Measure, RateStage } from '../../core/index.js';
import { levelRange, meanRate, RateCurve, stagesMs } from '../../pace/index.js';
import { defaults } from '../defaults.js';
import type { Settings } from '../settings.js';

type Given = Partial<Settings>;

/**
 * How long is measured: as long as what changes, unless something else is said.
 * @param rows how many requests there is data for
 */
export function measureOf(settings: Given, rows = Number.POSITIVE_INFINITY): Measure {
  const most = Math.min(settings.requests ?? Number.POSITIVE_INFINITY, rows);
  const requests = Number.isFinite(most) ? most : null;
  // A log has an end of its own.
  const unbounded = settings.replayFile === undefined ? defaults.measureMs : null;
  const fallback = requests === null ? (longestMs(settings) ?? unbounded) : null;
  return { durationMs: settings.measureMs ?? fallback, requests };
}

function longestMs({ stages, connectionStages, concurrencyStages }: Given): number | null {
  const given = [stages, connectionStages, concurrencyStages].filter((one) => one !== undefined);
  return given.length === 0 ? null : Math.max(...given.map(stagesMs));
}

/** Rates of the measured window, requests per second; null in a closed loop. */
export function ratesOf(settings: Given): { readonly mean: number | null; readonly peak: number | null } {
  const { stages, rate = null } = settings;
  if (stages === undefined) return { mean: rate, peak: rate };
  const curve = new RateCurve(stages);
  const endNs = windowNs(curve, measureOf(settings));
  return { mean: meanRate({ rate, stages, arrivals: 'constant' }, endNs), peak: curve.peakBy(endNs) };
}

/** When the window ends; that of the stages where the requests never come to an end, which is refused. */
function windowNs(curve: RateCurve, { durationMs, requests }: Measure): number {
  const timeNs = (durationMs ?? Number.POSITIVE_INFINITY) * 1e6;
  const endNs = Math.min(timeNs, requests === null ? timeNs : curve.timeNs(requests));
  return Number.isFinite(endNs) ? endNs : curve.lengthNs;
}

/** The connections that stages ask for, where their number is not given. */
export function stagedConnections(settings: Given, inFlightOnEach: number): number | undefined {
  const { connectionStages, concurrencyStages } = settings;
  if (connectionStages !== undefined) return levelRange(connectionStages).most;
  if (concurrencyStages === undefined) return undefined;
  return Math.ceil(levelRange(concurrencyStages).most / inFlightOnEach);
}

/** How many workers always have a connection to send on: none may be left with hits and no way to send them. */
export function mostWorkers(settings: Given, connections: number): number {
  const { connectionStages = [], concurrencyStages = [] } = settings;
  return Math.min(connections, levelRange([...connectionStages, ...concurrencyStages]).least);
}

/** What the load has of them: nothing where there are none. */
export function stagesOf(settings: Given): Pick<Load, 'stages' | 'connectionStages' | 'concurrencyStages'> {
  const { stages, connectionStages, concurrencyStages } = settings;
  return {
    ...(stages === undefined ? {} : { stages }),
    ...(connectionStages === undefined ? {} : { connectionStages }),
    ...(concurrencyStages === undefined ? {} : { concurrencyStages }),
  };
}

/** Settings of two sources: a schedule of the upper one takes the place of one of the lower. */
export function overrideSettings(lower: Given, upper: Given): Given {
  const { rate, stages, ...others } = lower;
  const scheduled = upper.rate !== undefined || upper.stages !== undefined;
  return scheduled ? { ...others, ...upper } : { ...lower, ...upper };
}

/** Whether nothing is sent at the end. */
export function endsInSilence(stages: readonly RateStage[]): boolean {
  const last = stages.at(-1);
  return last !== undefined && new RateCurve([last]).arrivalsBy(stagesMs([last]) * 1e6) === 0;
}
