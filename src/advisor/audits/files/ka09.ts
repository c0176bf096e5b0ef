import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { GoSource, Made, Place } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { elsewhere, sited } from './go-made.js';
import { type GoPrograms, goPrograms } from './go-servers.js';

export const ka09 = fileAudit({
  id: 'KA09',
  title: 'Go clients keep their connections',
  failureTitle: 'A Go client throws connections away',
  severity: 'high',
  doc: 'Fails when an http.Transport is made without MaxIdleConnsPerHost, or with one below 3, or with DisableKeepAlives; when a program that serves makes a client or a reverse proxy without a transport, or asks with http.Get and the like in a function that runs more than once; and when a response body is never read. By default two idle connections a host are kept: with more requests at once each of the others is closed after its answer, until ports run out. What functions, methods and callers of the same module set counts, with its place; inconclusive where a transport is given to a function that is not among the files and may set the rest.',
  versions: 'every Go; HTTP/2 connections are not concerned',
  fix: 'MaxIdleConnsPerHost of at least the requests at once; io.Copy(io.Discard, resp.Body) before Close.',
  source: 'https://github.com/golang/go/issues/13801',
  run: (files) => {
    const programs = goPrograms(files);
    return files.goSources.flatMap((source) => [
      ...source.made
        .filter(({ type }) => /^http\.(?:Transport|DefaultTransport\.Clone)$/.test(type))
        .map(transport),
      ...source.made.filter(isTouchedDefault).map(transport),
      ...withoutTransport(source, programs),
      ...undrained(source),
    ]);
  },
});

/** The default transport is left as it is by most; one that is set badly is worse than that. */
function isTouchedDefault({ type, fields }: Made): boolean {
  const touched = fields['DisableKeepAlives'] ?? fields['MaxIdleConnsPerHost'];
  return type === 'http.DefaultTransport' && touched !== undefined;
}

function transport(made: Made): Outcome {
  const { MaxIdleConnsPerHost: idle, DisableKeepAlives: disable } = made.fields;
  const evidence = {
    MaxIdleConnsPerHost: sited(idle, made) ?? 'unset (2)',
    DisableKeepAlives: sited(disable, made) ?? 'false',
  };
  if (disable?.number === 1 || disable?.text === 'true')
    return fail({
      ...at(disable),
      evidence,
      why: 'each request makes a connection of its own, and leaves a port in TIME_WAIT',
      fix: `remove DisableKeepAlives   // ${at(disable).where}\nMaxIdleConnsPerHost: 100,`,
    });
  if (idle !== undefined && (idle.number === null || idle.number > 2 || idle.number < 0))
    return pass(evidence, at(made).where);
  const unseen = idle === undefined ? elsewhere(made) : null;
  if (unseen !== null) return inconclusive(unseen, evidence, at(made).where);
  return fail({
    ...at(idle ?? made),
    evidence,
    why: 'two idle connections a host are kept: with more requests at once the others are closed after each answer, until ports run out',
    fix:
      made.variable !== null && made.type !== 'http.Transport'
        ? `${made.variable}.MaxIdleConns = 200\n${made.variable}.MaxIdleConnsPerHost = 100   // at least the requests at once`
        : 'MaxIdleConns:        200,\nMaxIdleConnsPerHost: 100,   // at least the requests at once',
  });
}

/** A program that serves asks as often as it is asked. */
function withoutTransport(source: GoSource, programs: GoPrograms): Outcome[] {
  const program = programs.serving(source);
  if (program.length === 0) return [];
  const setsDefault = program.some(({ made }) =>
    made.some(({ type, fields }) => type === 'http.DefaultTransport' && fields['MaxIdleConnsPerHost']),
  );
  const clients = source.made.filter(({ type }) =>
    /^(?:http\.Client|httputil\.(?:ReverseProxy|NewSingleHostReverseProxy))$/.test(type),
  );
  const isFine = ({ fields }: Made) => fields['Transport'] !== undefined || setsDefault;
  const calls = source.calls.filter(
    ({ value, within }) =>
      /^http\.(?:Get|Post|PostForm|Head|DefaultClient\.\w+)\(/.test(value) && !isOnce.test(within ?? ''),
  );
  return [
    ...clients.filter(isFine).map((made) => pass({ type: made.type }, at(made).where)),
    ...clients
      .filter((made) => !isFine(made))
      .map((made) => bare(made, made.type, made.type === 'http.Client' ? 'medium' : 'high')),
    ...calls.filter(() => !setsDefault).map((call) => bare(call, call.value.replace(/\(.*/s, ''), 'medium')),
  ];
}

/** Functions that run once. */
const isOnce = /^(?:main|init|run|setup|health\w*)$/i;

function bare(place: Place, made: string, severity: 'medium' | 'high'): Outcome {
  return fail({
    ...at(place),
    severity,
    evidence: { made, MaxIdleConnsPerHost: 'unset (2)' },
    why: 'it uses the default transport, which keeps two idle connections a host: under load the others are closed after each answer',
    fix: 'transport := http.DefaultTransport.(*http.Transport).Clone()\ntransport.MaxIdleConnsPerHost = 100\n// and give it: Transport: transport',
  });
}

function undrained({ responses }: GoSource): Outcome[] {
  return responses.map((response): Outcome => {
    const { value: name, read, closed } = response;
    const evidence = { response: name, read, closed };
    if (read) return pass(evidence, at(response).where);
    const own = name === '_' ? 'resp' : name;
    return fail({
      ...at(response),
      severity: 'medium',
      evidence,
      why: closed
        ? 'its body is closed and never read: the connection is closed with it, and the next request makes another'
        : 'its body is neither read nor closed: the connection is not used again and stays open, and the next request makes another',
      fix: `// behind the check of err${closed ? `, instead of ${own}.Body.Close()` : ''}\ndefer func() {\n\tio.Copy(io.Discard, io.LimitReader(${own}.Body, 64<<10))\n\t${own}.Body.Close()\n}()`,
    });
  });
}
