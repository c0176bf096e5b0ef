import { audit, fail, inconclusive, pass } from '../../audit.js';
import { endsConnections } from './status.js';

export const ka01 = audit({
  id: 'KA01',
  title: 'The server keeps connections alive',
  failureTitle: 'The server ends a connection after one request',
  severity: 'high',
  confidence: 'probed',
  underLoad: false,
  needs: ['keepAlive'],
  doc: 'Fails when a second request on the same connection gets no response, on each of three connections: the server announced the end (Connection: close, HTTP/1.0), closed without a word, or went silent. Each request then pays for a connection, over TLS for a handshake, too.',
  versions: 'every server of HTTP/1.1',
  fix: 'Let the server and what is in front of it speak HTTP/1.1 with keep-alive.',
  source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.3',
  run({ keepAlive }) {
    const { status, server, looks, ended, honoured, endedBy, tcpMs, tlsMs, firstByteMs } = keepAlive;
    const evidence = {
      status,
      server,
      connections: looks,
      endedAfterOne: ended,
      endedBy,
      tcpMs: round(tcpMs),
      tlsMs: tlsMs === null ? null : round(tlsMs),
      firstByteMs: round(firstByteMs),
    };
    if (honoured) return pass(evidence);
    if (endsConnections(status))
      return inconclusive(
        `the server answered ${status}, and many end a connection with such an answer: probe a path that it answers with 200`,
        evidence,
      );
    const costMs = round(tcpMs + (tlsMs ?? 0));
    const own = ownFixes.find(([name]) => name.test(server ?? ''))?.[1];
    return fail({
      evidence,
      why: `${how[endedBy ?? 'silence']}: each request pays ${costMs} ms for a connection before its ${round(firstByteMs)} ms`,
      fix: [
        ...(own === undefined ? [] : [own]),
        'keepalive_timeout 75s; keepalive_requests 1000;   # nginx',
        '# and where nginx stands in front of a server:',
        'proxy_http_version 1.1; proxy_set_header Connection "";',
        'server.SetKeepAlivesEnabled(true)   // Go; and no Connection: close in a handler',
        'server.keepAliveTimeout = 75_000;   // Node; and no Connection: close in a handler',
      ].join('\n'),
    });
  },
});

const how = {
  announced: 'the response says that the connection ends with it',
  fin: 'the server closed the connection (FIN) without announcing it',
  rst: 'the server reset the connection (RST) without announcing it',
  silence: 'the second request on the connection was never answered',
} as const;

/** Of servers that say their name, and are none of those that the fix is for anyway. */
const ownFixes: readonly (readonly [RegExp, string])[] = [
  [/gunicorn/i, 'gunicorn --worker-class gthread --threads 8 --keep-alive 75   # the sync worker keeps none'],
  [
    /^BaseHTTP|^SimpleHTTP/,
    'protocol_version = "HTTP/1.1"   # in the handler of Python’s http.server, with a Content-Length',
  ],
];

function round(ms: number): number {
  return Number(ms.toFixed(2));
}
