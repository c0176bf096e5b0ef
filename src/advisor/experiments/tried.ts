import type { Experiment, Gain } from '../../core/index.js';
import type { Tried } from './facts.js';

/** What an experiment proves, and of which rules. @param protocol that the load spoke */
export function triedOf(experiment: Experiment, protocol: string | null): Tried {
  const { name, arms, verdict } = experiment;
  const [base] = arms;
  const isBest = base !== undefined && verdict === base.name;
  const best = arms.find((arm) => arm.name === verdict);
  const multiplexed = protocol !== null && protocol !== 'http/1.1';
  const { rules, breaks } = rulesOf(
    name,
    base?.settings[name] ?? '',
    best?.settings[name] ?? '',
    multiplexed,
  );
  // More in flight gets more through: that is the load's choice, and no fault of the service.
  const mends = name !== 'streams' && (name !== 'connections' || multiplexed);
  return {
    experiment,
    gain: gainOf(experiment),
    isBest,
    rules,
    breaks: breaks && !isBest,
    mends,
    fix: fixOf(experiment, best?.settings ?? {}),
  };
}

/** Of the verdict over the first arm; where the first is the best of two, of it over the other. */
function gainOf({ arms, comparisons, verdict, metric }: Experiment): Gain | null {
  if (verdict === '~') return null;
  const won = verdict === arms[0]?.name;
  if (won && arms.length !== 2) return null;
  const arm = won ? arms[1]?.name : verdict;
  const found = comparisons.find((each) => each.arm === arm && each.metric === metric);
  if (found === undefined || found.ratio === null || found.ratio === 0) return null;
  const { ratio, low, high, p } = found;
  const n = arms.find(({ name }) => name === arm)?.qps.length ?? null;
  if (!won) return { metric, ratio, low, high, n, p };
  return { metric, ratio: 1 / ratio, low: inverse(high), high: inverse(low), n, p };
}

function inverse(ratio: number | null): number | null {
  return ratio === null || ratio === 0 ? null : 1 / ratio;
}

interface Proves {
  readonly rules: readonly string[];
  readonly breaks: boolean;
}

function rulesOf(name: string, from: string, to: string, multiplexed: boolean): Proves {
  const rises = Number(to) > Number(from) || to === 'off';
  if (name === 'GOMAXPROCS')
    return rises ? { rules: ['CPU07'], breaks: true } : { rules: ['CPU01', 'CPU03', 'CPU05'], breaks: false };
  if (name === 'GOGC') return { rules: ['MEM04'], breaks: rises };
  if (name === 'GOMEMLIMIT') return { rules: ['MEM03', 'MEM01'], breaks: false };
  if (name === 'keepalive') return { rules: ['KA01', 'KA08', 'KA09'], breaks: false };
  if (/^-+(no-?)?keep-?alive$/i.test(name)) return { rules: ['KA01'], breaks: true };
  if (name === 'http') return { rules: ['H204'], breaks: true };
  if ((name === 'connections' || name === 'streams') && multiplexed)
    return { rules: ['H201'], breaks: false };
  return { rules: [], breaks: false };
}

function fixOf({ name, metric, arms }: Experiment, settings: Readonly<Record<string, string>>): string {
  const base = arms[0]?.settings ?? {};
  if (name === 'keepalive')
    return settings['keepalive'] === 'on'
      ? 'keep connections alive: one for many requests, in every client and proxy on the way'
      : 'close the connection after each request   # unusual: look for what makes kept ones slow';
  if (name === 'http')
    return `speak ${settings['http'] ?? ''} to it   # measured against ${base['http'] ?? ''}`;
  const changed = Object.entries(settings).filter(([key, value]) => base[key] !== value);
  const words = changed.map(([key, value]) => `${key}=${value}`).join(' ');
  const was = changed.map(([key]) => `${key}=${base[key] ?? ''}`).join(' ');
  return `${words}   # better ${metric} than ${was}, as measured`;
}
