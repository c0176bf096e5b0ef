import { fail, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, GoSource, Made } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';

export const ka09 = fileAudit({
  id: 'KA09',
  title: 'Go clients keep their connections',
  failureTitle: 'A Go client throws connections away',
  severity: 'high',
  doc: 'Fails when an http.Transport is made without MaxIdleConnsPerHost, or with one below 3, or with DisableKeepAlives; when a program that serves makes a client or a reverse proxy without a transport; and when a response body is closed and never read. By default two idle connections a host are kept: with more requests at once each of the others is closed after its answer, until ports run out. It is read from the source by its tokens, so a transport that is put together elsewhere is not seen.',
  versions: 'every Go; HTTP/2 connections are not concerned',
  fix: 'MaxIdleConnsPerHost of at least the requests at once; io.Copy(io.Discard, resp.Body) before Close.',
  source: 'https://github.com/golang/go/issues/13801',
  run: (files) =>
    files.goSources.flatMap((source) => [
      ...source.made
        .filter(({ type }) => /^http\.(?:Transport|DefaultTransport\.Clone)$/.test(type))
        .map(transport),
      ...withoutTransport(source, files),
      ...undrained(source),
    ]),
});

function transport(made: Made): Outcome {
  const { MaxIdleConnsPerHost: idle, DisableKeepAlives: disable } = made.fields;
  const evidence = {
    MaxIdleConnsPerHost: idle?.text ?? 'unset (2)',
    DisableKeepAlives: disable?.text ?? 'false',
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
  return fail({
    ...at(idle ?? made),
    evidence,
    why: 'two idle connections a host are kept: with more requests at once the others are closed after each answer, until ports run out',
    fix: 'MaxIdleConns:        200,\nMaxIdleConnsPerHost: 100,   // at least the requests at once',
  });
}

/** A program that serves asks as often as it is asked. */
function withoutTransport(source: GoSource, files: FilesArtifact): Outcome[] {
  const folder = source.file.replace(/[^/]*$/, '');
  const beside = files.goSources.filter(({ file }) => file.replace(/[^/]*$/, '') === folder);
  const serves = beside.some(
    ({ made, calls }) =>
      made.some(({ type }) => type === 'http.Server') ||
      calls.some(({ value }) => /^http\.(?:ListenAndServe|Serve)/.test(value) && !value.includes('loopback')),
  );
  if (!serves) return [];
  const setsDefault = beside.some(({ made }) =>
    made.some(({ type }) => type === 'http.DefaultTransport.Clone'),
  );
  const bare = source.made.filter(
    ({ type, fields }) =>
      /^http\.Client$|^httputil\.ReverseProxy$/.test(type) && fields['Transport'] === undefined,
  );
  const fine = source.made.filter(
    ({ type, fields }) =>
      /^http\.Client$|^httputil\.ReverseProxy$/.test(type) && fields['Transport'] !== undefined,
  );
  const proxies = source.calls.filter(
    ({ value }) => value.startsWith('httputil.NewSingleHostReverseProxy') && !setsDefault,
  );
  return [
    ...fine.map((made) => pass({ type: made.type }, at(made).where)),
    ...[...bare.map((made) => ({ ...made, value: made.type })), ...proxies].map((each) =>
      fail({
        ...at(each),
        evidence: { made: each.value, MaxIdleConnsPerHost: 'unset (2)' },
        why: 'it uses the default transport, which keeps two idle connections a host: under load the others are closed after each answer',
        fix: 'transport := http.DefaultTransport.(*http.Transport).Clone()\ntransport.MaxIdleConnsPerHost = 100\n// and give it: Transport: transport',
      }),
    ),
  ];
}

function undrained({ responses }: GoSource): Outcome[] {
  return responses.map((response): Outcome => {
    const evidence = { response: response.value, read: response.read };
    if (response.read) return pass(evidence, at(response).where);
    return fail({
      ...at(response),
      severity: 'medium',
      evidence,
      why: 'its body is closed and never read: the connection is closed with it, and the next request makes another',
      fix: `defer func() {\n\tio.Copy(io.Discard, io.LimitReader(${response.value}.Body, 64<<10))\n\t${response.value}.Body.Close()\n}()`,
    });
  });
}
