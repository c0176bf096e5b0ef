import http2 from 'node:http2';
import net from 'node:net';
import secure from 'node:tls';
import type { Target } from '../../../core/index.js';

/** The SETTINGS that the server began an HTTP/2 connection with. */
export interface Http2SettingsFacts {
  /** Streams that it allows at once on a connection; null: it names no limit. */
  readonly maxConcurrentStreams: number | null;
  readonly initialWindowBytes: number;
  readonly maxFrameBytes: number;
  /** Until TCP connected: a round trip. */
  readonly tcpMs: number;
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
    let startMs = performance.now();
    let tcpMs = 0;
    const plain = socketPath === null ? net.connect(port, host) : net.connect(socketPath);
    plain.once('lookup', () => {
      startMs = performance.now();
    });
    plain.once('connect', () => {
      tcpMs = performance.now() - startMs;
    });
    const secured = () =>
      secure.connect({
        socket: plain,
        ALPNProtocols: ['h2'],
        // What it says is the question, and whose it is was checked by the load.
        rejectUnauthorized: false,
        ...(serverName === '' ? {} : { servername: serverName }),
        ...(ca === null ? {} : { ca }),
        ...(cert === null || key === null ? {} : { cert, key }),
      });
    const socket = tls === null ? plain : secured();
    // Those of a socket that is over TLS are told by that.
    plain.on('error', (error) => (tls === null ? undefined : socket.destroy(error)));
    const session = http2.connect(`${tls === null ? 'http' : 'https'}://${authority}`, {
      createConnection: () => socket,
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
        tcpMs,
      });
      session.destroy();
    });
  });
}
