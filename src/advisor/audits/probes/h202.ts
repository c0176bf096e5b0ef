import { audit, fail, pass } from '../../audit.js';

const UNLIMITED = 2 ** 31 - 1;

export const h202 = audit({
  id: 'H202',
  title: 'The server limits the streams of a connection',
  failureTitle: 'The server allows any number of streams on a connection',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'http2Settings'],
  doc: 'Fails when the SETTINGS of the server have no MAX_CONCURRENT_STREAMS, or one of 2³¹−1 and more. One client may then ask for all that the server has. grpc-go and Node have no limit by default; behind a proxy that has one it matters less.',
  versions: 'grpc-go and Node in every version; Envoy before 1.36, which allows 1024',
  fix: 'A limit of 100 to 1024.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-10.5',
  run({ http2Settings }) {
    const { maxConcurrentStreams } = http2Settings;
    if (maxConcurrentStreams !== null && maxConcurrentStreams < UNLIMITED)
      return pass({ maxConcurrentStreams });
    return fail({
      evidence: { maxConcurrentStreams },
      why: 'a client may open any number of streams on one connection, each with its buffers and its work',
      fix: 'grpc.NewServer(grpc.MaxConcurrentStreams(250))   // Go\nhttp2.createSecureServer({ settings: { maxConcurrentStreams: 250 } })   // Node\nhttp2_protocol_options: { max_concurrent_streams: 100 }   # Envoy',
    });
  },
});
