import { audit, fail, notApplicable, pass } from '../../audit.js';

/** RFC 9113 asks for no fewer. */
const LEAST = 100;

export const h201 = audit({
  id: 'H201',
  title: 'HTTP/2 connections may have 100 streams',
  failureTitle: 'HTTP/2 connections may have few streams',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'http2Settings'],
  doc: 'Fails when the SETTINGS of the server have a MAX_CONCURRENT_STREAMS below 100, the least that RFC 9113 recommends: the requests beyond it queue in the client, where no metric of the server sees them. No limit at all is H202.',
  versions: 'every HTTP/2 server: nginx allows 128, Go 250, Envoy since 1.36 1024',
  fix: 'At least 100.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2',
  run({ http2Settings: { maxConcurrentStreams } }) {
    const evidence = { maxConcurrentStreams };
    if (maxConcurrentStreams === null)
      return notApplicable('the server does not limit streams: H202', evidence);
    if (maxConcurrentStreams >= LEAST) return pass(evidence);
    return fail({
      evidence,
      why: `a client that wants more than ${maxConcurrentStreams} at once waits for a stream, and no metric of the server shows it`,
      fix: 'http2_max_concurrent_streams 128;   # nginx\nhttp2: &http2.Server{MaxConcurrentStreams: 250}   // Go; grpc.MaxConcurrentStreams(250)\nhttp2.createSecureServer({ settings: { maxConcurrentStreams: 250 } })   // Node',
    });
  },
});
