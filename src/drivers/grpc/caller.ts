import type { Target } from '../../core/index.js';
import type { ReflectionReply } from '../../grpc/index.js';
import { frameMessage, GrpcStatus } from '../../wire/grpc/index.js';
import { compileBlock } from '../../wire/hpack/index.js';
import { createDialer, type Dialer } from '../dial.js';
import { CallerConnection } from './caller-connection.js';
import { callFields } from './fields.js';

/** Connections that one call may use up, when the server says good-bye on each. */
const MOST_CONNECTIONS = 3;

export interface CallerOptions {
  /** Of a call, from its send. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** Metadata of a call; values of `-bin` names are base64 already. */
export type CallMetadata = readonly (readonly [name: string, value: string])[];

/**
 * Makes calls one at a time, for what is to be known about a server before the load: reflection, a trial call.
 * One connection, made with the first call and again after its end.
 */
export interface Caller {
  /**
   * Sends one message, half-closes and reads what comes. Resolves however the call ended.
   *
   * @param path `/kv.v1.KV/Get`
   * @param request the message, without prefix
   * @throws ZipfireError `unreachable` when no connection can be made, or the server does not speak HTTP/2
   */
  call(path: string, request: Uint8Array, metadata?: CallMetadata): Promise<ReflectionReply>;
  /** Ends the connection, and a call that is under way. */
  close(): Promise<void>;
}

/** @param address the IP address to connect to; null: the target's host */
export function createCaller(target: Target, address: string | null, options: CallerOptions): Caller {
  return new SerialCaller(target, createDialer({ target, address }, ['h2']), options);
}

class SerialCaller implements Caller {
  readonly #target: Target;
  readonly #dialer: Dialer;
  readonly #options: CallerOptions;
  #connection: CallerConnection | null = null;
  /** Ends when the call before does; the next one waits for that. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(target: Target, dialer: Dialer, options: CallerOptions) {
    this.#target = target;
    this.#dialer = dialer;
    this.#options = options;
  }

  call(path: string, request: Uint8Array, metadata: CallMetadata = []): Promise<ReflectionReply> {
    const { timeoutMs } = this.#options;
    const fields = callFields(this.#target, {
      path: [path],
      metadata: metadata.map(([name, value]) => ({ name, value: [value] })),
      timeoutMs,
      gzip: false,
    });
    const block = compileBlock(fields, true).render([]);
    const body = frameMessage(Buffer.from(request).toString('latin1'));
    const reply = this.#last.then(async () => {
      for (let i = 0; i < MOST_CONNECTIONS; i++) {
        const reply = await (await this.#connected()).call(block, body, timeoutMs);
        if (reply !== null) return reply;
      }
      const statusMessage = 'the server says good-bye on every connection';
      return { status: GrpcStatus.UNAVAILABLE, statusMessage, message: null };
    });
    this.#last = reply.catch(() => {});
    return reply;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
  }

  async #connected(): Promise<CallerConnection> {
    if (this.#closed) throw new Error('a call on a caller that was closed');
    if (this.#connection?.isUsable !== true) {
      await this.#connection?.close();
      this.#connection = new CallerConnection(this.#target, this.#dialer);
      await this.#connection.open(this.#options.connectTimeoutMs);
    }
    return this.#connection;
  }
}
