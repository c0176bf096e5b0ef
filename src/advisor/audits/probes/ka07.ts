import { audit, fail, notApplicable, pass } from '../../audit.js';
import { idleEvidence, seconds } from './idle-time.js';

/** What a promise may be off by: timers of servers tick by the second. */
const SLACK_MS = 500;

export const ka07 = audit({
  id: 'KA07',
  title: 'Idle connections end in a way that clients see, and when they were told',
  failureTitle: 'Idle connections end in a way that clients do not see coming',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['idle'],
  doc: 'Fails when an idle connection ends in silence (it stays open, and a request on it is never answered or reset, as by a middlebox that forgot it), by RST in place of FIN, or earlier than Keep-Alive: timeout promised. Clients keep such connections in their pools, and lose the next request.',
  versions: 'every server of HTTP/1.1',
  fix: 'Let the idle time of clients be shorter than the time at which connections end.',
  source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.5',
  run({ idle }) {
    const evidence = idleEvidence(idle);
    if (idle.timeoutMs === null || idle.endsBy === null)
      return notApplicable(`connections were open after ${seconds(idle.limitMs)} s`, evidence);
    const clientSec = Math.max(1, Math.floor((idle.timeoutMs - (idle.withinMs ?? 0)) * 0.0008));
    const fix = `IdleConnTimeout: ${clientSec} * time.Second,   // Go client, http.Transport\nnew Agent({ keepAliveTimeout: ${clientSec * 1000} })   // undici\n# or TCP keep-alive below ${clientSec} s, on either side`;
    const at = seconds(idle.timeoutMs);
    if (idle.endsBy !== 'fin')
      return fail({ evidence, why: `after ${at} s of idleness ${how[idle.endsBy]}`, fix });
    const { hintSec } = idle;
    if (hintSec !== null && idle.timeoutMs < hintSec * 1000 - SLACK_MS)
      return fail({
        evidence,
        why: `the server promises to keep connections for ${hintSec} s (Keep-Alive: timeout=${hintSec}) and closes them after ${at} s: clients that trust it lose requests`,
        fix: `keepalive_timeout ${hintSec + 1}s ${hintSec}s;   # nginx: the time, and the promise\n${fix}`,
      });
    return pass(evidence);
  },
});

const how = {
  rst: 'the server resets the connection (RST): a request on its way is lost without a trace',
  silence:
    'the connection stays open, and a request on it is never answered: clients wait for their time-out',
  'reset-on-use':
    'the connection stays open, and a request on it is reset: something between has forgotten it',
} as const;
