import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { Made, SourceValue } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { elsewhere, sited } from './go-made.js';
import { bareServers } from './go-servers.js';

export const ka12 = fileAudit({
  id: 'KA12',
  title: 'The Go server bounds how long a connection may take',
  failureTitle: 'The Go server waits for ever',
  severity: 'medium',
  doc: 'Fails when an http.Server has neither ReadHeaderTimeout nor ReadTimeout, so that a client that sends its header by the byte holds a connection for ever; when nothing ends idle connections; when MaxHeaderBytes is above 1 MiB; and for http.ListenAndServe, http.Serve and what Gin and Echo start with, which have no times at all, unless the address that is given is the loopback one. A missing WriteTimeout is shown and does not fail by itself: streams need none. What functions, methods and callers of the same module set counts, with its place; inconclusive where the server is given to a function that is not among the files and may set the rest.',
  versions: 'every Go',
  fix: 'ReadHeaderTimeout 5 s, IdleTimeout 75 s, and WriteTimeout where nothing streams.',
  source: 'https://pkg.go.dev/net/http#Server',
  run: (files) =>
    files.goSources.flatMap((source): Outcome[] => [
      ...source.made.filter(({ type }) => type === 'http.Server').map(judge),
      ...bareServers(source).map((call) =>
        fail({
          ...at(call),
          evidence: { call: call.value.replace(/\(.*/s, '') },
          why: 'it has no time-outs: slow clients and idle connections hold file descriptors for ever',
          fix: `server := &http.Server{\n\tAddr:              ":8080",   // as at ${at(call).where}\n${handlerOf(call.value)}${settings}\n}\nserver.ListenAndServe()`,
        }),
      ),
    ]),
});

/** The second argument of `http.ListenAndServe`, where it can be shown; of a framework, what it is itself. */
function handlerOf(call: string): string {
  const [, handler = ''] = /^http\.(?:ListenAndServe|Serve)\w*\([^,]*,.*?([\w.]+)\)$/.exec(call) ?? [];
  if (/^(?:gin|echo)\./.test(call)) return '\tHandler:           router,   // what was started there\n';
  return handler === '' || handler === 'nil' ? '' : `\tHandler:           ${handler},\n`;
}

const settings = '\tReadHeaderTimeout: 5 * time.Second,\n\tIdleTimeout:       75 * time.Second,';
const MOST_HEADER = 1 << 20;

function judge(server: Made): Outcome {
  const { ReadHeaderTimeout, ReadTimeout, IdleTimeout, WriteTimeout, MaxHeaderBytes } = server.fields;
  const evidence = {
    ReadHeaderTimeout: sited(ReadHeaderTimeout, server),
    ReadTimeout: sited(ReadTimeout, server),
    IdleTimeout: sited(IdleTimeout, server),
    WriteTimeout: sited(WriteTimeout, server),
  };
  const header = isSet(ReadHeaderTimeout) || isSet(ReadTimeout);
  const idle = isSet(IdleTimeout) || isSet(ReadTimeout);
  const large = MaxHeaderBytes?.number != null && MaxHeaderBytes.number > MOST_HEADER;
  if (header && idle && !large) return pass(evidence, at(server).where);
  const unseen = elsewhere(server);
  if (unseen !== null && !large) return inconclusive(unseen, evidence, at(server).where);
  const reasons = [
    ...(header ? [] : ['a client that sends its header by the byte holds a connection for ever']),
    ...(idle ? [] : ['idle connections are never closed']),
    ...(large ? [`each connection may fill ${MaxHeaderBytes?.text} bytes with a header`] : []),
  ];
  const lines = [
    ...(header ? [] : ['ReadHeaderTimeout: 5 * time.Second,']),
    ...(idle ? [] : ['IdleTimeout:       75 * time.Second,']),
    ...(large ? ['MaxHeaderBytes:    1 << 20,'] : []),
  ];
  return fail({ ...at(server), evidence, why: reasons.join('; '), fix: lines.join('\n') });
}

function isSet(value: SourceValue | undefined): boolean {
  return value !== undefined && value.number !== 0;
}
