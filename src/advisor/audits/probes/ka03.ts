import { audit, fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import { MARGIN_SEC } from '../idle-defaults.js';
import { frontsOf, NO_FRONT } from './fronts.js';
import { APART_MS, areEqual, idleEvidence, idleFix, seconds } from './idle-time.js';

export const ka03 = audit({
  id: 'KA03',
  title: 'The two ends of a connection have different idle times',
  failureTitle: 'Both ends of a connection close it after the same idle time',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'idle'],
  uses: ['files'],
  doc: 'Fails when the idle time-out, as measured, is that of the load balancer, or up to half a second less or a second more (--lb-idle, or the files). Which of them closes first is a race then, and each time the server wins a request is lost. The probe runs that race, too, with requests sent around the moment at which the server closes; how many were lost is among the evidence.',
  versions: 'every server of HTTP/1.1',
  fix: 'Make the time of the server longer, by 15 s.',
  source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.5',
  run({ probe, idle, files }) {
    const fronts = frontsOf(probe, files);
    if (fronts.length === 0) return notApplicable(NO_FRONT, idleEvidence(idle));
    return fronts.map(({ name, idleSec }): Outcome => {
      const evidence = { front: name, frontIdleSec: idleSec, ...idleEvidence(idle) };
      if (idle.timeoutMs === null) {
        if (idle.limitMs >= idleSec * 1000 + APART_MS) return pass(evidence);
        return inconclusive(
          `connections were open after ${seconds(idle.limitMs)} s; --idle-limit ${Math.ceil(idleSec + MARGIN_SEC)}s looks on`,
          evidence,
        );
      }
      if (!areEqual(idle.timeoutMs, idleSec)) return pass(evidence);
      const lost = idle.race?.lost ?? 0;
      const seen = lost > 0 ? `; ${lost} of ${idle.race?.sent} requests sent at the limit were lost` : '';
      return fail({
        evidence,
        why: `the server closes after ${seconds(idle.timeoutMs)} s, and what is in front of it after ${idleSec} s: when the server is first, a request is on its way${seen}`,
        fix: idleFix(Math.ceil(idleSec + MARGIN_SEC)),
      });
    });
  },
});
