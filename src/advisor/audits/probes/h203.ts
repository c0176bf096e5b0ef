import { formatBytes } from '../../../core/index.js';
import { audit, fail, inconclusive, notApplicable, pass } from '../../audit.js';

/** RFC 9113 6.9.2: what a server has that says nothing. */
const DEFAULT_BYTES = 65_535;
const MOST = 0.05;

export const h203 = audit({
  id: 'H203',
  title: 'The HTTP/2 window holds the bodies that are sent',
  failureTitle: 'Request bodies wait for the HTTP/2 window',
  severity: 'medium',
  confidence: 'probed',
  underLoad: true,
  readsLatency: true,
  needs: ['load', 'http2Settings'],
  uses: ['handshake', 'keepAlive'],
  doc: 'Fails when the window that the server gives a stream is 65,535 bytes or less, the mean request of the load is larger, and the round trips that it waits for the window take more than 5 % of its time: a stream is no faster than the window over the round-trip time.',
  versions:
    'every server of HTTP/2; those that enlarge the window by themselves (grpc-go, by its estimate) do so later',
  fix: 'A larger SETTINGS_INITIAL_WINDOW_SIZE.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-6.9.2',
  run({ load, http2Settings, handshake, keepAlive }) {
    const { summary, connections } = load.result;
    if (connections.protocol === 'http/1.1') return notApplicable('the load ran over HTTP/1.1');
    const { initialWindowBytes } = http2Settings;
    const meanUs = summary.latencyUs.service.mean;
    if (summary.completed === 0 || meanUs === null) return inconclusive('no request succeeded');
    const requestBytes = Math.round(summary.bytesOut / summary.completed);
    const evidence = { initialWindowBytes, requestBytes };
    if (initialWindowBytes > DEFAULT_BYTES || requestBytes <= initialWindowBytes) return pass(evidence);
    // Of several, the one that nothing held up.
    const roundTripMs = Math.min(
      ...[keepAlive?.tcpMs, handshake?.tcpMs, http2Settings.tcpMs].filter((ms) => ms !== undefined),
    );
    const waits = Math.ceil(requestBytes / Math.max(1, initialWindowBytes)) - 1;
    const share = (waits * roundTripMs * 1000) / meanUs;
    const seen = { ...evidence, roundTripMs: Number(roundTripMs.toFixed(2)), waits };
    if (share <= MOST) return pass(seen);
    const rate = (initialWindowBytes / roundTripMs) * 1000;
    return fail({
      evidence: seen,
      why: `a request waits ${waits} round trips for the window: a stream sends no more than ${formatBytes(rate)} in a second`,
      fix: 'grpc.InitialWindowSize(1<<20), grpc.InitialConnWindowSize(1<<21)   // Go\nhttp2_body_preread_size 1m;   # nginx\nhttp2_protocol_options: { initial_stream_window_size: 1048576 }   # Envoy\nhttp2.createSecureServer({ settings: { initialWindowSize: 2 ** 20 } })   // Node',
    });
  },
});
