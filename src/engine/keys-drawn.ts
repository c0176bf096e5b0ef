import type { CallHole, CompiledCall, KeyStatistics, Plan, PlanOperation } from '../core/index.js';
import { type HitRange, keyStatistics } from '../keys/index.js';
import { dataHole, holeName, templateHoles } from '../request/index.js';
import type { Repeat } from './collect.js';
import { programHoles } from './program-holes.js';
import { Starts } from './starts.js';

/** Hits looked at: enough for shares to a third of a percent, at a cost that no figure of the run's CPU shows. */
const MAX_EXAMINED = 100_000;

/**
 * What was drawn from each key generator, found out after the run: a key follows from (seed, hit), so the hot
 * path need not count any. A repeat sends the same hits again, so the longest one tells for all.
 *
 * Nothing is said of a generator that messages of a stream draw from on their own: the hits do not tell how many
 * messages there were.
 */
export function keysDrawn(plan: Plan, repeats: readonly Repeat[]): Record<string, KeyStatistics> {
  const issued = ({ reports }: Repeat) => reports.reduce((sum, report) => sum + report.issued, 0);
  const [longest] = repeats.toSorted((a, b) => issued(b) - issued(a));
  const ranges: HitRange[] = (longest?.reports ?? []).map(({ worker, issued: count }) => ({
    start: worker,
    stride: plan.load.workers,
    count,
  }));
  const starts = new Starts(plan);
  return Object.fromEntries(
    Object.entries(plan.keys).flatMap(([name, spec]) => {
      if (plan.operations.some((operation) => isDrawnByMessages(operation, plan, name))) return [];
      // By operation, and by turn of its messages.
      const uses = plan.operations.map((operation) =>
        keysByTurn(operation, plan).map((keys) => keys.has(name)),
      );
      const draws = uses.flat().every(Boolean)
        ? undefined
        : (hit: number) =>
            operationsOf(starts, hit).some((operation) => {
              const turns = uses[operation] ?? [];
              return turns[hit % turns.length] === true;
            });
      return [[name, keyStatistics(spec, plan.seed, name, ranges, MAX_EXAMINED, draws)] as const];
    }),
  );
}

/** What is sent for a hit: of a sequence all of its steps, as if none had failed. */
function operationsOf(starts: Starts, hit: number): number[] {
  const journey = starts.journey(hit);
  return journey === null ? [starts.first(hit)] : journey.steps.map((step) => starts.operationOf(step, hit));
}

function isDrawnByMessages({ call }: PlanOperation, plan: Plan, key: string): boolean {
  const holes = call?.compiled?.holes ?? [];
  return call?.stream.freshValues === true && holes.some((hole) => keyOf(hole, plan) === key);
}

/**
 * The key generators that an operation draws from: one set for all hits, or one for each message of a list that
 * calls take in turns, which is the hit's number modulo the list's length.
 */
function keysByTurn({ method, path, headers, body, call }: PlanOperation, plan: Plan): Set<string>[] {
  const templates = [method, path, ...headers.map(([, value]) => value)];
  if (body?.kind === 'text') templates.push(body.template);
  const always = templates.flatMap(templateHoles);
  return messagesByTurn(call?.compiled, call?.stream.messages ?? null).map(
    (holes) => new Set([...always, ...holes].map((hole) => keyOf(hole, plan))),
  );
}

/** The holes of what one call sends. @param sends messages of a call of a client that streams; null: all of them */
function messagesByTurn(compiled: CompiledCall | null | undefined, sends: number | null): CallHole[][] {
  if (compiled === null || compiled === undefined) return [[]];
  const { kind, messages, holes } = compiled;
  const byMessage = messages.map(({ program }) => [...programHoles(program)].flatMap((i) => holes[i] ?? []));
  const takeTurns = kind === 'unary' || kind === 'serverStreaming';
  return takeTurns ? byMessage : [byMessage.slice(0, sends ?? byMessage.length).flat()];
}

/** What fills a hole, by name; of data that goes by keys, those. */
function keyOf(hole: Hole, { data = {} }: Plan): string {
  const column = dataHole(hole, (name) => Object.hasOwn(data, name));
  const order = column === null ? undefined : data[column.feeder]?.order;
  return order?.kind === 'keys' ? order.keys : holeName(hole);
}

type Hole = Pick<CallHole, 'name' | 'args'>;
