import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { streamOf, uniform53 } from '../core/index.js';
import { Slot } from './counters.js';
import type { Service } from './route.js';
import type { Stage } from './stages.js';

const errorStream = streamOf('target errors');
const resetStream = streamOf('target resets');

/** Answers 503 to its share of the requests; which ones follows from the seed and their number. */
export function errorStage({ options, respond }: Service): Stage {
  return ({ req, res, number }, next) => {
    if (uniform53(options.seed, errorStream, number, 0) >= options.errorShare) next();
    else respond.text(req, res, 503, 'an error on purpose');
  };
}

/** Resets its share of the connections in the middle of their first response. */
export function resetStage({ options, counters }: Service): Stage {
  const seen = new WeakSet<Socket>();
  let connections = 0;
  return ({ req }, next) => {
    const { socket } = req;
    if (seen.has(socket)) {
      next();
      return;
    }
    seen.add(socket);
    if (uniform53(options.seed, resetStream, connections++, 0) >= options.resetShare) {
      next();
      return;
    }
    counters.add(Slot.resets, 1);
    // Written past node:http, which would rather not send half a response. A HEAD has no body to cut.
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n';
    const part = req.method === 'HEAD' ? head : `${head}\r\n${'x'.repeat(512)}`;
    socket.write(part, 'latin1', () => reset(socket));
  };
}

/** RST where TCP is at hand; through TLS or a unix socket the connection just ends. */
function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
