import type { Plan } from '../../core/index.js';
import type { View } from './figures.js';
import { type AskedExperiment, loadVariants, nameOf } from './load-arms.js';
import type { Arm } from './runner.js';
import { type Factor, settingArms } from './settings.js';

export interface Request {
  /** What each arm runs, but for what makes it differ. */
  readonly plan: Plan;
  /** What the load spoke: `http/1.1`, `h2` …; null: not known. */
  readonly protocol: string | null;
  readonly asked: readonly AskedExperiment[];
  readonly factors: readonly Factor[];
  /** All combinations of the factors; else one at a time. */
  readonly factorial: boolean;
}

export interface SessionPlan {
  /** The first is what all others are compared with. */
  readonly arms: readonly Arm[];
  readonly views: readonly View[];
  /** What is not tried, and why. */
  readonly notes: readonly string[];
}

/** All that is to be run in turns, and which of it makes an experiment. */
export function planSession(request: Request): SessionPlan {
  const { plan, protocol, asked, factors, factorial } = request;
  const arms = settingArms(factors, plan, factorial);
  const views = settingViews(factors, arms, factorial);
  const notes: string[] = [];
  const [base] = arms;
  if (base === undefined) throw new Error('a session has a first arm');
  for (const each of asked) {
    const variants = loadVariants(each, plan, protocol);
    if ('why' in variants) {
      notes.push(`--experiment ${each.name} is not tried: ${variants.why}`);
      continue;
    }
    const [name = each.name] = Object.keys(variants.base);
    const first = arms.length;
    // The service is as it is in the first arm.
    arms.push(...variants.arms.map((arm) => ({ ...arm, environment: base.environment, args: base.args })));
    views.push({
      name,
      // Where more is in flight, all of it takes longer: that is no reason against it.
      guarded: name === 'keepalive' || name === 'http',
      arms: [
        { at: 0, settings: variants.base },
        ...variants.arms.map(({ settings }, i) => ({ at: first + i, settings })),
      ],
    });
  }
  return {
    arms: arms.map((arm, i) => (i === 0 ? { ...arm, name: firstName(arm, views) } : arm)),
    views,
    notes,
  };
}

function settingViews(factors: readonly Factor[], arms: readonly Arm[], factorial: boolean): View[] {
  const all = arms.map(({ settings }, at) => ({ at, settings }));
  if (factors.length === 0) return [];
  if (factorial) {
    const name = factors.map((factor) => factor.name).join(' × ');
    return [{ name, guarded: true, arms: all }];
  }
  return factors.map(({ name }) => ({
    name,
    guarded: true,
    arms: all
      .filter(({ at, settings }) => at === 0 || settings[name] !== arms[0]?.settings[name])
      .map(({ at, settings }) => ({ at, settings: { [name]: settings[name] ?? '' } })),
  }));
}

/** Of an arm that has no settings of the service: as the load is. */
function firstName(arm: Arm, views: readonly View[]): string {
  if (arm.name !== '') return arm.name;
  return nameOf(Object.assign({}, ...views.map((view) => view.arms[0]?.settings ?? {})));
}
