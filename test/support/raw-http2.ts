import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Target } from '#zipfire/core/index.js';
import { targetAt } from './grpc-peer.js';

export const FrameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
} as const;

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;

/** A frame as it goes out. @param payload a byte string */
export function rawFrame(type: number, flags: number, streamId: number, payload = ''): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, Buffer.from(payload, 'latin1')]);
}

/** SETTINGS. */
export function rawSettings(settings: Readonly<Record<number, number>> = {}): Buffer {
  const pairs = Object.entries(settings).map(([id, value]) => {
    const pair = Buffer.alloc(6);
    pair.writeUInt16BE(Number(id), 0);
    pair.writeUInt32BE(value, 2);
    return pair.toString('latin1');
  });
  return rawFrame(FrameType.settings, 0, 0, pairs.join(''));
}

export interface RawServer {
  readonly target: Target;
  /** Connections so far. */
  readonly connections: number;
}

/**
 * A server that speaks as much of HTTP/2 as a test wants.
 * @param onConnection with each socket, and its number from 0
 * @param onRequest with the id of each stream that HEADERS open
 * @param onPing with the bytes of each PING that is no answer
 */
export async function listenRaw(
  t: TestContext,
  onConnection: (socket: Socket, index: number) => void,
  onRequest: (socket: Socket, streamId: number, index: number) => void = () => {},
  onPing: (socket: Socket, payload: string, index: number) => void = () => {},
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const index = sockets.push(socket) - 1;
    socket.on('error', () => {});
    let unread = Buffer.alloc(0);
    let at = PREFACE_BYTES;
    socket.on('data', (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      while (unread.length >= at + HEADER_BYTES) {
        const length = unread.readUIntBE(at, 3);
        if (unread.length < at + HEADER_BYTES + length) return;
        if (unread[at + 3] === FrameType.headers) onRequest(socket, unread.readUInt32BE(at + 5), index);
        if (unread[at + 3] === FrameType.ping && unread[at + 4] === 0)
          onPing(socket, unread.toString('latin1', at + HEADER_BYTES, at + HEADER_BYTES + length), index);
        at += HEADER_BYTES + length;
      }
    });
    onConnection(socket, index);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    target: targetAt((server.address() as AddressInfo).port),
    get connections() {
      return sockets.length;
    },
  };
}
