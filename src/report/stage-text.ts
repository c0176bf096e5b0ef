import { formatCount, formatRateExact, formatSpan } from '../core/index.js';
import type { StageView } from './plan-view.js';

/** Stages named; the rest is counted. */
const MOST_STAGES = 8;

/** What a rate does, stage after stage: `1,000/s to 5,000/s in 2 min`, `20,000/s for 30 s`. */
export function rateItems(stages: readonly StageView[]): string[] {
  return items(stages, (perSecond) => `${formatRateExact(perSecond)}/s`);
}

/** The same of a number of something, `what` in the plural: `connections 4 to 128 by 4, 10 s each`. */
export function levelItems(stages: readonly StageView[], what: string): string[] {
  return items(stages, formatCount).map((text, index) => (index === 0 ? `${what} ${text}` : text));
}

function items(stages: readonly StageView[], show: (level: number | null) => string): string[] {
  const more = stages.length - MOST_STAGES;
  return [
    ...stages.slice(0, MOST_STAGES).map((stage) => stageText(stage, show)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

/** What a file has in place of a stage, and is none, is a stage of dashes. */
function stageText({ shape, values }: StageView, show: (level: number | null) => string): string {
  const number = (name: string) => values.get(name) ?? null;
  const level = (name: string) => show(number(name));
  const time = (name: string) => {
    const ms = number(name);
    return formatSpan(ms === null ? null : ms / 1e3);
  };
  const length = time('durationMs');
  switch (shape) {
    case 'ramp':
      return `${level('from')} to ${level('to')} in ${length}`;
    case 'step':
      return `${level('from')} to ${level('to')} by ${formatRateExact(number('by'))}, ${time('everyMs')} each`;
    case 'spike':
      return `${level('base')}, ${level('peak')} for ${time('widthMs')} after ${time('atMs')}, ${length} in all`;
    case 'sine':
      return `${level('mean')} ± ${formatRateExact(number('amplitude'))}, period ${time('periodMs')}, for ${length}`;
    default:
      return `${level('level')} for ${length}`;
  }
}
