import http2, { type ClientHttp2Session } from 'node:http2';
import type { Target } from '../../../core/index.js';
import type { ProbeSockets } from './sockets.js';

/** An HTTP/2 session on a socket of the probing, past its SETTINGS. @throws Error when none comes about */
export async function openHttp2(
  sockets: ProbeSockets,
  { authority, tls }: Target,
): Promise<ClientHttp2Session> {
  const { socket } = await sockets.open({ protocols: ['h2'] });
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    const session = http2.connect(`${tls === null ? 'http' : 'https'}://${authority}`, {
      createConnection: () => socket,
    });
    const timer = setTimeout(() => session.destroy(new Error('no SETTINGS came')), SETTINGS_TIMEOUT_MS);
    const closed = () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed before SETTINGS came'));
    };
    session.once('close', closed);
    // Every session ends with one or without; those who watch it look at `close`.
    session.on('error', reject);
    session.once('remoteSettings', () => {
      clearTimeout(timer);
      session.off('close', closed);
      resolve(session);
    });
  });
}

const SETTINGS_TIMEOUT_MS = 3000;
