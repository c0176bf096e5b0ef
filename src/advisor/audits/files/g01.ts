import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { placeText } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';

/** Seconds: MinTime of a server that has no policy. */
const DEFAULT_MIN_SEC = 300;
/** grpc-go raises what is below to it. */
const LEAST_SEC = 10;

export const g01 = fileAudit({
  id: 'G01',
  title: 'gRPC clients ping no oftener than the server allows',
  failureTitle: 'gRPC clients ping oftener than the server allows',
  severity: 'high',
  doc: 'Fails when Time of keepalive.ClientParameters is shorter than MinTime of the server’s EnforcementPolicy (5 minutes where it has none), or when the client pings without a stream and the server does not permit it. After the third such ping the server ends the connection with GOAWAY too_many_pings.',
  versions: 'grpc-go in every version',
  fix: 'Let the server permit what the client does: EnforcementPolicy{MinTime, PermitWithoutStream}.',
  source: 'https://github.com/grpc/grpc/blob/master/doc/keepalive.md',
  run: (files) => {
    const made = files.goSources.flatMap((source) => source.made);
    const servers = made.filter(({ type }) => type === 'grpc.NewServer');
    const policy = made.find(({ type }) => type === 'keepalive.EnforcementPolicy');
    const minSec = policy === undefined ? DEFAULT_MIN_SEC : (policy.fields['MinTime']?.number ?? null);
    const permits = policy?.fields['PermitWithoutStream']?.text === 'true';
    return made
      .filter(({ type }) => type === 'keepalive.ClientParameters')
      .map((client): Outcome => {
        const time = client.fields['Time'];
        const alone = client.fields['PermitWithoutStream']?.text === 'true';
        const everySec = time?.number == null ? null : Math.max(LEAST_SEC, time.number);
        const evidence = {
          clientTimeSec: everySec,
          clientWithoutStream: alone,
          serverMinTimeSec: minSec,
          serverPermitsWithoutStream: permits,
        };
        const place = at(time ?? client);
        if (time === undefined) return pass({ ...evidence, clientTimeSec: 'never' }, place.where);
        if (everySec === null)
          return inconclusive('the interval of the client is not known', evidence, place.where);
        if (policy === undefined && servers.length === 0) {
          if (everySec >= DEFAULT_MIN_SEC && !alone) return pass(evidence, place.where);
          return inconclusive(
            'the server is not among the files: without a policy of its own it allows a ping in 5 minutes',
            evidence,
            place.where,
          );
        }
        if (minSec === null) return inconclusive('MinTime of the server is not known', evidence, place.where);
        if (everySec >= minSec && (!alone || permits)) return pass(evidence, place.where);
        const server = policy ?? servers[0] ?? client;
        return fail({
          ...place,
          evidence,
          why:
            everySec < minSec
              ? `the client pings every ${everySec} s and the server allows one in ${minSec} s: the third is answered with GOAWAY too_many_pings, and all calls of the connection fail`
              : 'the client pings without a stream and the server does not permit it: GOAWAY too_many_pings',
          fix: `// ${placeText(server)}\ngrpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{\n\tMinTime:             ${Math.min(everySec, minSec)} * time.Second,\n\tPermitWithoutStream: ${alone},\n})`,
        });
      });
  },
});
