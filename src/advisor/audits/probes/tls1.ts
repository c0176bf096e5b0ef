import { audit, fail, inconclusive, pass } from '../../audit.js';

const FEWEST = 10;
/** A reconnect now and then may meet a key that has just changed. */
const MOST_OFTEN = 0.8;

export const tls1 = audit({
  id: 'TLS1',
  title: 'Reconnects resume their TLS session',
  failureTitle: 'Reconnects do not resume their TLS session',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['resumption'],
  doc: 'Fails when of 20 reconnects, each with the session of the connection before it, fewer than 80 % resumed it. None: resumption is off. About one in n: n replicas that do not share the keys of their tickets. A full handshake costs a signature, and with TLS 1.2 a round trip. How many days the certificate has left is among the evidence.',
  versions: 'TLS 1.2 and 1.3',
  fix: 'Session tickets, with keys that all replicas share.',
  source: 'https://www.rfc-editor.org/rfc/rfc8446#section-2.2',
  run({ resumption }) {
    const { version, cipher, offered, reconnects, resumed, certificate } = resumption;
    const evidence = {
      version,
      cipher,
      offered,
      reconnects,
      resumed,
      fullHandshakeMs: round(resumption.fullHandshakeMs),
      resumedHandshakeMs: round(resumption.resumedHandshakeMs),
      ...(certificate === null ? {} : { certificateDaysLeft: certificate.daysLeft }),
    };
    if (offered && reconnects < FEWEST)
      return inconclusive(`${reconnects} of 20 reconnects came about`, evidence);
    if (offered && resumed / reconnects >= MOST_OFTEN) return pass(evidence);
    if (resumed === 0)
      return fail({
        evidence,
        why: `${offered ? `none of ${reconnects} reconnects resumed` : 'the server gives out nothing to resume'}: each connection pays for a full handshake`,
        fix: 'ssl_session_tickets on; ssl_session_cache shared:TLS:10m;   # nginx\n&tls.Config{SessionTicketsDisabled: false}   // Go',
      });
    const replicas = Math.round(reconnects / resumed);
    return fail({
      evidence,
      why: `${resumed} of ${reconnects} reconnects resumed: ${replicas > 1 ? `about one in ${replicas}, as with ${replicas} replicas that have keys of their own` : 'some replica has keys of its own'}`,
      fix: 'ssl_session_ticket_key /etc/nginx/tickets.key;   # nginx: the same file on all replicas, changed daily\ncfg.SetSessionTicketKeys(shared)   // Go',
    });
  },
});

function round(ms: number | null): number | null {
  return ms === null ? null : Number(ms.toFixed(2));
}
