import { audit, fail, notApplicable, pass } from '../../audit.js';

export const h204 = audit({
  id: 'H204',
  title: 'The load speaks the HTTP that the server prefers',
  failureTitle: 'The load speaks another HTTP than clients would',
  severity: 'low',
  confidence: 'probed',
  underLoad: false,
  needs: ['load', 'alpn'],
  doc: 'Fails when the load ran over HTTP/1.1 while the server chooses HTTP/2 of both by ALPN, and when it ran over HTTP/2 while the server chooses HTTP/1.1. Browsers and most clients offer both: what was measured is then not what they get.',
  versions: 'every server of TLS',
  fix: '--http2, or --http1; or let the server offer the other.',
  source: 'https://www.rfc-editor.org/rfc/rfc7301#section-3.2',
  run({ load, alpn }) {
    const { protocol } = load.result.connections;
    const evidence = { load: protocol, chosenByServer: alpn.chosen, http2: alpn.http2, http1: alpn.http1 };
    if (!load.tls || protocol === null)
      return notApplicable('the load ran without TLS, or not at all', evidence);
    if (alpn.chosen === null) return notApplicable('the server chooses nothing by ALPN', evidence);
    if (protocol === alpn.chosen) return pass(evidence);
    return alpn.chosen === 'h2'
      ? fail({
          evidence,
          why: 'the server offers HTTP/2, which clients that offer both would speak, and the load ran over HTTP/1.1',
          fix: '--http2',
        })
      : fail({
          evidence,
          why: 'the server prefers HTTP/1.1 when a client offers both, and the load ran over HTTP/2',
          fix: 'http2 on;   # nginx\nhttp2.createSecureServer({ allowHTTP1: true, … })   // Node\n--http1   # or measure what clients get',
        });
  },
});
