import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { deltaOf, gaugeOf, labelOf, windowOf } from '../gather/metrics/series.js';

const MOST = 0.1;
const SECONDS = 'nodejs_gc_duration_seconds_sum';

export const mem06 = audit({
  id: 'MEM06',
  title: 'The heap of Node has room',
  failureTitle: 'Node spends its time on collections of the old generation',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  needs: ['metrics'],
  doc: 'Fails when `nodejs_gc_duration_seconds_sum{kind="major"}` grew by more than 10 % of the time of the load: the old generation is near its limit, and the loop stands still while it is collected.',
  versions: 'every version of Node',
  fix: 'Raise --max-old-space-size, below the limit of the container.',
  source: 'https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib',
  run({ metrics }) {
    const window = windowOf(metrics);
    if ('why' in window) return inconclusive(window.why);
    const isNode = labelOf(metrics, 'nodejs_version_info', 'version') !== null;
    const major = deltaOf(window, SECONDS, { kind: 'major' });
    // A kind of collection stands on the page from its first one on.
    const isNone =
      gaugeOf(metrics, SECONDS, { kind: 'major' }) === null && gaugeOf(metrics, SECONDS) !== null;
    const seconds = major ?? (isNone ? 0 : null);
    if (seconds === null)
      return isNode
        ? inconclusive(`the page has no ${SECONDS}, or it began again`)
        : notApplicable('nothing says that this is Node');
    const share = seconds / window.seconds;
    const evidence = { majorGcSeconds: Number(seconds.toFixed(3)), windowSeconds: window.seconds };
    if (share <= MOST) return pass(evidence);
    return fail({
      evidence,
      why: `${Math.round(share * 100)} % of the time went into collections of the old generation`,
      fix: 'NODE_OPTIONS=--max-old-space-size=…   # MiB; about 75 % of the memory limit',
    });
  },
});
