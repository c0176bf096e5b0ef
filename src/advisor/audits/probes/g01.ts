import { audit, fail, inconclusive, pass } from '../../audit.js';

const ENHANCE_YOUR_CALM = 11;

export const g01 = audit({
  id: 'G01',
  title: 'The server bears pings as often as clients send them',
  failureTitle: 'The server ends connections for pings',
  severity: 'high',
  confidence: 'probed',
  underLoad: false,
  needs: ['pings'],
  uses: ['http2Watch'],
  doc: 'Fails when a connection without a stream that is pinged at the interval of --probe-pings is ended by GOAWAY ENHANCE_YOUR_CALM (too_many_pings), or closed while one without pings is not. gRPC servers allow a ping in 5 minutes where nothing else is set, and end the connection at the third that comes too early.',
  versions: 'grpc-go, grpc-c and grpc-java in every version',
  fix: 'Let the server permit what clients do: EnforcementPolicy{MinTime, PermitWithoutStream}.',
  source: 'https://github.com/grpc/grpc/blob/master/doc/keepalive.md',
  run({ pings, http2Watch }) {
    const { intervalMs, sent, acknowledged, goaway, closed } = pings;
    const evidence = {
      intervalSec: intervalMs / 1000,
      sent,
      acknowledged,
      goaway: goaway?.codeName ?? null,
      debug: goaway?.debug ?? null,
      closed,
    };
    if (!closed) return pass(evidence);
    const debug = goaway === null || goaway.debug === '' ? '' : ` (${goaway.debug})`;
    if (goaway !== null && goaway.code !== ENHANCE_YOUR_CALM)
      return inconclusive(
        `the server ended the connection by GOAWAY ${goaway.codeName}${debug}, which is not for pings: G03`,
        evidence,
      );
    if (goaway === null && http2Watch?.closed === true)
      return inconclusive('the server ends connections without pings, too: G03', evidence);
    const said =
      goaway === null ? 'closed the connection' : `ended the connection by GOAWAY ${goaway.codeName}`;
    return fail({
      evidence,
      why: `the server ${said}${debug} after ${sent} pings, one in ${intervalMs / 1000} s: clients that ping like this lose their calls`,
      fix: `grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{\n\tMinTime:             ${goDuration(intervalMs / 2)},   // half of what clients do: networks bunch pings\n\tPermitWithoutStream: true,\n})\n// or, in the client: keepalive.ClientParameters{Time: 5 * time.Minute}`,
    });
  },
});

function goDuration(ms: number): string {
  return ms >= 1000
    ? `${Math.floor(ms / 1000)} * time.Second`
    : `${Math.max(1, Math.floor(ms))} * time.Millisecond`;
}
