import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

const MOST = 0.05;

export const tls2 = audit({
  id: 'TLS2',
  title: 'Handshakes are a small part of the time',
  failureTitle: 'Handshakes take a large part of the time',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  contention: 'eases',
  readsLatency: true,
  needs: ['load', 'handshake'],
  doc: 'Fails when the TLS handshakes of connections that had to be made again took more than 5 % of the time of all requests: handshakes while the load ran, times what one costs, over requests times their mean.',
  versions: 'every version of TLS',
  fix: 'Keep connections alive first (KA01); then TLS 1.3 and session resumption.',
  source: 'https://www.rfc-editor.org/rfc/rfc8446#section-2.2',
  after: ['KA01', 'KA06'],
  run({ load, handshake }) {
    if (!load.tls) return notApplicable('the load ran without TLS');
    const { summary, connections } = load.result;
    const meanUs = summary.latencyUs.service.mean;
    if (meanUs === null || summary.completed === 0) return inconclusive('no request succeeded');
    const spentMs = connections.reconnects * handshake.tlsMs;
    const requestMs = (summary.completed * meanUs) / 1000;
    const share = spentMs / (requestMs + spentMs);
    const evidence = {
      handshakes: connections.reconnects,
      handshakeMs: Number(handshake.tlsMs.toFixed(2)),
      requests: summary.completed,
      requestMeanMs: Number((meanUs / 1000).toFixed(2)),
    };
    if (share <= MOST) return pass(evidence);
    return fail({
      evidence,
      why: `${connections.reconnects} connections were made again, and their handshakes took ${Math.round(share * 100)} % of the time`,
      fix: load.keepAlive
        ? 'keepalive_requests 10000; keepalive_timeout 75s;   # nginx; see KA01 and KA06 for others'
        : 'keep connections alive in the client; this load ran with --no-keepalive',
    });
  },
});
