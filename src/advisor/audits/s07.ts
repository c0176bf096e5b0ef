import { audit, fail, notApplicable, pass } from '../audit.js';

export const s07 = audit({
  id: 'S07',
  title: 'Every request that was due was sent',
  failureTitle: 'Requests that were due were not sent',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load'],
  doc: 'Fails when an open loop gave requests up because no connection was free for as long as the time-out: the target was spared the load that it should have had, and the figures are those of the requests that got through.',
  versions: 'every version',
  fix: 'More connections, or a lower rate.',
  source: 'https://www.usenix.org/legacy/event/nsdi06/tech/full_papers/schroeder/schroeder.pdf',
  run({ load }) {
    if (load.rate === null) return notApplicable('a closed loop sends when it can');
    const { dropped, planned } = load.result.summary;
    const evidence = { dropped, planned, connections: load.connections };
    if (dropped === 0) return pass(evidence);
    return fail({
      evidence,
      why: `${dropped} of ${planned} requests found no free connection in time and were given up`,
      fix: `--connections ${2 * load.connections}   # or a lower --rate`,
    });
  },
});
