import http2 from 'node:http2';
import type { Target } from '../../../core/index.js';

/** The SETTINGS that the server began an HTTP/2 connection with. */
export interface Http2SettingsFacts {
  /** Streams that it allows at once on a connection; null: it names no limit. */
  readonly maxConcurrentStreams: number | null;
  readonly initialWindowBytes: number;
  readonly maxFrameBytes: number;
}

const TIMEOUT_MS = 3000;
/** RFC 9113 6.5.2: initially there is no limit; node:http2 says so by the largest number. */
const NO_LIMIT = 0xffffffff;

/** One connection, no request. @throws Error when there is none, or no SETTINGS in time */
export function probeHttp2Settings({
  host,
  port,
  socketPath,
  tls,
  authority,
}: Target): Promise<Http2SettingsFacts> {
  return new Promise((resolve, reject) => {
    const { serverName = '', ca = null, cert = null, key = null } = tls ?? {};
    const session = http2.connect(`${tls === null ? 'http' : 'https'}://${authority}`, {
      ...(socketPath === null ? { host, port } : { path: socketPath }),
      rejectUnauthorized: false,
      ...(serverName === '' ? {} : { servername: serverName }),
      ...(ca === null ? {} : { ca }),
      ...(cert === null || key === null ? {} : { cert, key }),
    });
    const timer = setTimeout(() => session.destroy(new Error('no SETTINGS came')), TIMEOUT_MS);
    session.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed before SETTINGS came'));
    });
    session.once('error', reject);
    session.once('remoteSettings', (settings) => {
      const limit = settings.maxConcurrentStreams ?? NO_LIMIT;
      resolve({
        maxConcurrentStreams: limit === NO_LIMIT ? null : limit,
        initialWindowBytes: settings.initialWindowSize ?? 65_535,
        maxFrameBytes: settings.maxFrameSize ?? 16_384,
      });
      session.destroy();
    });
  });
}
