import { formatCount, formatPercent, formatRateExact, formatSpan } from '../core/index.js';
import { cut, flow, labelled, table } from './layout.js';
import { type PlanView, type ShapeView, viewPlan } from './plan-view.js';
import { levelItems, rateItems } from './stage-text.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

/** Operations and key generators named; the rest is counted. */
const MOST_SHOWN = 6;
/** Of the width, what a name may take: parts of an operation differ at their end. */
const NAME_SHARE = 0.4;
/** Values of a distribution. */
const MOST_VALUES = 8;

/**
 * The resolved plan in two short paragraphs, what is sent and how: printed before the start, so that a wrong
 * default is seen before it has cost anything.
 *
 * @param plan a `Plan`, or the `plan` of a result
 */
export function renderPlan(plan: object, options: TerminalOptions): string {
  const style = createStyle(options);
  const lines = planLines(viewPlan(plan), style, 8);
  return `${(style.unicode ? lines : lines.map(foldToAscii)).join('\n')}\n`;
}

/** The same as lines, for the head of a report. */
export function planLines(plan: PlanView, style: Style, labelWidth: number): string[] {
  const width = style.width - labelWidth;
  const several = plan.operations.length > 1;
  const keys = keyItems(plan, style);
  return [
    ...labelled(
      style.quiet('target'),
      flow([...targetItems(plan, style), ...(several ? [] : keys)], width),
      labelWidth,
    ),
    ...(several ? labelled(style.quiet('mix'), mixLines(plan, style, width), labelWidth) : []),
    ...(several ? labelled(style.quiet('keys'), flow(keys, width), labelWidth) : []),
    ...labelled(style.quiet('replay'), flow(replayItems(plan, style), width), labelWidth),
    ...labelled(style.quiet('load'), flow(loadItems(plan), width), labelWidth),
    ...labelled(style.quiet('stages'), flow(stageItems(plan), width), labelWidth),
    ...labelled(style.quiet('tags'), flow(tagItems(plan, style), width), labelWidth),
  ];
}

function targetItems(plan: PlanView, style: Style): string[] {
  const origin = originOf(plan.url ?? '');
  const [only, ...others] = plan.operations;
  const where =
    only !== undefined && others.length === 0
      ? `${verbOf(only, style)} ${style.outside(origin + pathOf(only, plan), 160)}`
      : style.outside(origin, 160);
  return [where, ...(plan.socketPath === null ? [] : [`socket ${style.outside(plan.socketPath, 100)}`])];
}

function mixLines(plan: PlanView, style: Style, width: number): string[] {
  const shown = plan.operations.slice(0, MOST_SHOWN);
  const column = (cells: readonly string[]) => ({ title: '', align: 'left', rank: 0, cells }) as const;
  const rows = table(
    [
      column(shown.map((operation) => formatPercent(operation.share))),
      column(shown.map((operation) => style.outside(operation.name, Math.floor(width * NAME_SHARE)))),
      column(
        shown.map(
          (operation) => `${verbOf(operation, style)} ${style.outside(pathOf(operation, plan), 100)}`,
        ),
      ),
    ],
    width,
  );
  const more = plan.operations.length - MOST_SHOWN;
  return [...rows.slice(1).map((row) => cut(row, width)), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** A request's method; of a gRPC call, whose method is in the path, how it streams. */
function verbOf({ method, call }: PlanView['operations'][number], style: Style): string {
  return call ?? style.outside(method, 12);
}

/** Of a replay what goes before the paths of its log. */
function pathOf({ path }: PlanView['operations'][number], { replay }: PlanView): string {
  return replay === null ? path : `${path.replace(/\/$/, '')}/*`;
}

/** Which log, how fast, and how much of it: what is left out is no small print. */
function replayItems({ replay }: PlanView, style: Style): string[] {
  if (replay === null) return [];
  const { file, speed, loop, about, lines, hits, leftOut } = replay;
  const shown = leftOut.slice(0, MOST_SHOWN).map(({ reason, lines: count, firstLine }) => {
    const where = (firstLine ?? 0) > 0 ? ` (line ${formatCount(firstLine)})` : '';
    return `left out ${formatCount(count)}: ${style.outside(reason, 60)}${where}`;
  });
  return [
    style.outside(file, 100),
    ...(about === '' ? [] : [style.outside(about, 100)]),
    speed === null ? 'as fast as the responses come' : `speed ×${speed}`,
    ...(loop ? ['again and again'] : []),
    ...(hits === null ? [] : [`${formatCount(hits)} requests in ${formatCount(lines)} lines`]),
    ...shown,
    ...(leftOut.length > MOST_SHOWN ? [`and ${leftOut.length - MOST_SHOWN} more reasons`] : []),
  ];
}

/** What is drawn, and the seed it follows from: together they name every key that was sent. */
function keyItems(plan: PlanView, style: Style): string[] {
  const shown = plan.keys.slice(0, MOST_SHOWN).map((key) => {
    const name = plan.keys.length > 1 ? `{{${style.outside(key.name, 30)}}} ` : '';
    const size = `n=${formatCount(key.n)}`;
    return [
      `${name}${style.outside(key.distribution, 20)}`,
      size,
      ...valueWords(key, style),
      ...partWords(key, style),
    ].join(' ');
  });
  const more = plan.keys.length - MOST_SHOWN;
  const items = more > 0 ? [...shown, `and ${more} more`] : shown;
  // Nothing of a log is drawn.
  if (plan.seed === null || plan.replay !== null) return items;
  return [...items.slice(0, -1), [...items.slice(-1), `seed ${plan.seed}`].join(' · ')];
}

/** The values of a distribution: `alpha=1.2`, `sizes=10/90`, and of a long list how many there are. */
function valueWords({ params, lists }: ShapeView, style: Style): string[] {
  return [
    ...params.slice(0, MOST_VALUES).map(([name, value]) => `${style.outside(name, 20)}=${value}`),
    ...lists
      .slice(0, MOST_VALUES)
      .map(
        ([name, values]) =>
          `${style.outside(name, 20)}=${values.length > MOST_SHOWN ? `(${formatCount(values.length)} numbers)` : values.join('/')}`,
      ),
  ];
}

/** What a distribution is made of: `of 9 × zipf alpha=1.2 + 1 × uniform`. */
function partWords({ parts }: PlanView['keys'][number], style: Style): string[] {
  if (parts.length === 0) return [];
  const shown = parts.slice(0, MOST_SHOWN).map((part) => {
    const weight = parts.length > 1 && part.weight !== null ? [`${part.weight} ×`] : [];
    return [...weight, style.outside(part.distribution, 20), ...valueWords(part, style)].join(' ');
  });
  const more = parts.length - shown.length;
  return ['of', [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' + ')];
}

function loadItems(plan: PlanView): string[] {
  const mean = plan.stages.length > 0 ? ' on average' : '';
  const loop =
    plan.rate === null
      ? 'closed loop'
      : `open loop ${formatRateExact(plan.rate)}/s${mean}${plan.arrivals === 'poisson' ? ' poisson' : ''}`;
  const connections = `${count(plan.connections, 'connection')} on ${count(plan.workers, 'worker')}`;
  const calls = plan.driver === 'grpc';
  return [
    loop,
    ...(calls ? [`${count(inFlight(plan), 'call')} in flight`] : []),
    connections,
    ...(!calls && plan.streams !== null && plan.streams > 1 ? [`${plan.streams} streams each`] : []),
    ...(plan.pipeline !== null && plan.pipeline > 1 ? [`pipeline ${plan.pipeline}`] : []),
    ...(plan.keepAlive ? [] : ['no keep-alive']),
    ...(plan.driver === 'undici' ? ['undici driver'] : []),
    ...(plan.http === '2' && !calls ? ['HTTP/2'] : []),
    boundOf(plan),
    ...(plan.warmupMs ? [`warm-up ${formatSpan(plan.warmupMs / 1e3)}`] : []),
    ...(plan.repeat !== null && plan.repeat > 1 ? [`${plan.repeat} runs`] : []),
  ];
}

function stageItems(plan: PlanView): string[] {
  const noun = plan.driver === 'grpc' ? 'call' : 'request';
  return [
    ...rateItems(plan.stages),
    ...levelItems(plan.connectionStages, 'connections'),
    ...levelItems(plan.concurrencyStages, `${noun}s in flight`),
  ];
}

function tagItems({ tags }: PlanView, style: Style): string[] {
  const shown = tags
    .slice(0, MOST_SHOWN)
    .map(([name, value]) => `${style.outside(name, 30)}=${style.outside(value, 60)}`);
  return tags.length > shown.length ? [...shown, `and ${tags.length - shown.length} more`] : shown;
}

/** Calls at once: as many as the connections hold, unless there are to be fewer. */
function inFlight({ concurrency, connections, streams }: PlanView): number | null {
  return concurrency ?? (connections === null || streams === null ? null : connections * streams);
}

function boundOf(plan: PlanView): string {
  const noun = plan.driver === 'grpc' ? 'call' : 'request';
  const requests = plan.requests === null ? null : count(plan.requests, noun);
  const duration = plan.durationMs === null ? null : formatSpan(plan.durationMs / 1e3);
  if (requests !== null && duration !== null) return `${requests} or ${duration}`;
  return requests ?? duration ?? 'until stopped';
}

function count(value: number | null, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Scheme and authority; the path comes from the operation. */
function originOf(url: string): string {
  return /^[a-z\d+]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
}
