import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';

/** What node:http makes of one response. */
export interface Verdict {
  readonly complete: boolean;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly bodyBytes: number;
  /** Why it was refused, as `code: reason`; null when node had no complaint before the response was whole. */
  readonly error: string | null;
}

/** One end of a connection without a socket: takes the request, then gives the bytes, then ends. */
class Wire extends Duplex {
  readonly #bytes: Buffer;
  #asked = false;
  #given = false;

  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.#asked = true;
    this.#give();
    done();
  }

  override _read(): void {
    this.#give();
  }

  #give(): void {
    if (!this.#asked || this.#given) return;
    this.#given = true;
    if (this.#bytes.length > 0) this.push(this.#bytes);
    this.push(null);
  }
}

/** An agent that would keep the connection, so that node says whether it may be kept, but asks no socket to. */
class OneConnection extends Agent {
  readonly #stream: Wire;

  constructor(stream: Wire) {
    super({ keepAlive: true });
    this.#stream = stream;
  }

  override createConnection(): Wire {
    return this.#stream;
  }

  override keepSocketAlive(): boolean {
    return false;
  }
}

/** Lets node's own client read the bytes of a connection that ends after them. */
export function askNode(wire: Buffer, head: boolean): Promise<Verdict> {
  return new Promise((resolve) => {
    const stream = new Wire(wire);
    const agent = new OneConnection(stream);
    const method = head ? 'HEAD' : 'GET';
    const asked = request({ agent, method, host: 'oracle.test', maxHeaderSize: 65_536 });
    let response: IncomingMessage | null = null;
    let bodyBytes = 0;
    let error: string | null = null;

    const end = () => {
      resolve({ ...summary(asked, response), bodyBytes, error });
      stream.destroy();
      agent.destroy();
    };
    const fail = (cause: Error & { code?: string; reason?: string }) => {
      error ??= `${cause.code ?? cause.name}: ${cause.reason ?? cause.message}`;
      if (response === null) end();
    };
    asked.on('error', fail);
    asked.on('upgrade', () => fail(Object.assign(new Error('protocol switched'), { code: 'UPGRADE' })));
    asked.on('response', (message) => {
      response = message;
      message.on('data', (chunk: Buffer) => {
        bodyBytes += chunk.length;
      });
      message.on('error', fail);
      message.on('close', end);
    });
    asked.end();
  });
}

function summary(asked: ClientRequest, response: IncomingMessage | null) {
  return {
    complete: response?.complete ?? false,
    status: response?.statusCode ?? 0,
    keepAlive: asked.shouldKeepAlive,
  };
}
