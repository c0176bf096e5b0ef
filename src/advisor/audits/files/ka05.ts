import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { at, fileAudit } from './file-audit.js';
import { elsewhere, sited } from './go-made.js';
import { hasFront } from './idle-timers.js';

/** What the fix asks for. */
const LONG_SEC = 75;

export const ka05 = fileAudit({
  id: 'KA05',
  title: 'The idle time of the Go server is its own',
  failureTitle: 'The idle time of the Go server is its ReadTimeout',
  severity: 'medium',
  doc: 'Fails when an http.Server of Go sets ReadTimeout and not IdleTimeout: idle connections are then closed after ReadTimeout, which is chosen for slow requests and mostly much shorter than what a load balancer keeps. High where one is among the files, low where ReadTimeout is a setting whose value is not. A ReadTimeout of 75 s or more is long enough for both.',
  versions: 'Go 1.8 and newer, which have IdleTimeout',
  fix: 'Set IdleTimeout: 75 s, or more than the load balancer.',
  source: 'https://pkg.go.dev/net/http#Server',
  run: (files) =>
    files.goSources.flatMap(({ file, made }) =>
      made
        .filter(({ type }) => type === 'http.Server')
        .flatMap((server): Outcome[] => {
          const { ReadTimeout: read, IdleTimeout: idle } = server.fields;
          if (read === undefined) return [];
          const place = at(read);
          const front = hasFront(files, file);
          const evidence = { ReadTimeout: sited(read, server), IdleTimeout: sited(idle, server) };
          // Zero is as if it were not set.
          if ((idle !== undefined && idle.number !== 0) || read.number === 0)
            return [pass(evidence, place.where)];
          // Longer than what most of those in front keep: those among the files are KA02's.
          if (read.number !== null && read.number >= LONG_SEC) return [pass(evidence, place.where)];
          const unseen = elsewhere(server);
          if (unseen !== null) return [inconclusive(unseen, evidence, place.where)];
          return [
            fail({
              ...place,
              // A time that nobody sees may be long enough.
              ...(front
                ? { severity: 'high' as const }
                : read.number === null
                  ? { severity: 'low' as const }
                  : {}),
              evidence,
              why: `connections are closed after ${read.number === null ? read.text : `${read.number} s`} without a request: clients connect anew, and a load balancer that reuses one gets nothing back`,
              fix: `IdleTimeout: 75 * time.Second,   // beside ReadTimeout, ${place.where}`,
            }),
          ];
        }),
    ),
});
