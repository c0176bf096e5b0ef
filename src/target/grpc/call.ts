import type { ServerHttp2Stream } from 'node:http2';
import { gzipSync } from 'node:zlib';
import type { GrpcStatusName } from '../../core/index.js';
import type { Hit } from '../in-flight.js';
import { type Refusal, refusals } from '../refusal.js';
import type { BoundMethod, Exchange, Requests } from './handler.js';
import type { MessageReader } from './message-reader.js';
import { endStream, prefixOf, responseHead } from './response.js';
import type { Session } from './sessions.js';
import { Failure, fail } from './status.js';

/** Of setTimeout. A later deadline is as good as none. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What is counted of a call. */
export interface CallObserver {
  received(): void;
  sent(): void;
  /** Once a call, when it has its status or the client is gone. */
  settled(method: string, code: GrpcStatusName): void;
  /** Once a call, after it was settled: nothing more comes from it. */
  closed(call: Call): void;
}

export interface CallParts {
  readonly stream: ServerHttp2Stream;
  readonly session: Session;
  readonly number: number;
  readonly method: BoundMethod;
  readonly reader: MessageReader;
  /** Responses are compressed as the requests are. */
  readonly isGzip: boolean;
  /** Null for none. */
  readonly timeoutMs: number | null;
  readonly observer: CallObserver;
}

/** One call, from its head to its status. */
export class Call implements Hit, Exchange {
  readonly number: number;
  readonly connection: Session;
  ended = false;
  plannedNs: number | null = null;
  onEnd: (() => void) | null = null;
  onDrain: (() => void) | null = null;
  onClosed: (() => void) | null = null;
  readonly #stream: ServerHttp2Stream;
  readonly #method: BoundMethod;
  readonly #reader: MessageReader;
  readonly #isGzip: boolean;
  readonly #observer: CallObserver;
  readonly #deadline: NodeJS.Timeout | null;
  #requests: Requests<Buffer> | null = null;
  #hasAllInput = false;
  #state: 'open' | 'settled' | 'cut' = 'open';

  constructor({ stream, session, number, method, reader, isGzip, timeoutMs, observer }: CallParts) {
    this.number = number;
    this.connection = session;
    this.#stream = stream;
    this.#method = method;
    this.#reader = reader;
    this.#isGzip = isGzip;
    this.#observer = observer;
    this.#deadline =
      timeoutMs === null || timeoutMs > MAX_TIMER_MS
        ? null
        : setTimeout(() => this.finish(fail('DEADLINE_EXCEEDED', 'the deadline has passed')), timeoutMs);
    stream.once('close', () => this.#close());
  }

  get isOpen(): boolean {
    return this.#state === 'open' && !this.#stream.closed && !this.#stream.destroyed;
  }

  get isFull(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** Hands the call to its method. Until then nothing of its body is read. */
  begin(): void {
    if (!this.isOpen) return;
    this.#requests = this.#method.open(this, (response) => this.#send(response));
    this.#stream.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      this.#pump();
    });
    this.#stream.once('end', () => {
      this.#hasAllInput = true;
      this.#pump();
    });
    this.#stream.on('drain', () => {
      this.onDrain?.();
      this.#pump();
    });
  }

  finish(failure?: Failure): void {
    if (!this.isOpen) return;
    this.#settle(failure?.code ?? 'OK');
    endStream(this.#stream, failure);
  }

  refuse(why: Refusal): void {
    const { grpc, message } = refusals[why];
    this.finish(fail(grpc, message));
  }

  cut(): void {
    if (!this.isOpen) return;
    this.#state = 'cut';
    this.#sendHead();
    const half = prefixOf(0, 1024) + 'x'.repeat(512);
    this.#stream.write(half, 'latin1', () => this.connection.reset());
  }

  #send(response: string): void {
    if (!this.isOpen) return;
    this.#observer.sent();
    this.#sendHead();
    if (this.#isGzip) {
      const packed = gzipSync(Buffer.from(response, 'latin1'));
      this.#stream.write(prefixOf(1, packed.length), 'latin1');
      this.#stream.write(packed);
    } else {
      this.#stream.write(prefixOf(0, response.length) + response, 'latin1');
    }
  }

  #sendHead(): void {
    if (this.#stream.headersSent) return;
    const encoding = this.#isGzip ? { 'grpc-encoding': 'gzip' } : {};
    this.#stream.respond({ ...responseHead, ...encoding }, { waitForTrailers: true });
  }

  /** Hands on what has come, but only as long as the client reads what it is answered. */
  #pump(): void {
    const requests = this.#requests;
    while (requests !== null && this.isOpen) {
      if (this.isFull) {
        this.#stream.pause();
        return;
      }
      const message = this.#reader.next();
      if (message === null) {
        if (this.#stream.isPaused()) this.#stream.resume();
        if (this.#hasAllInput) this.#end(requests);
        return;
      }
      if (message instanceof Failure) {
        this.finish(message);
      } else {
        this.#observer.received();
        requests.message(message);
      }
    }
  }

  /** All requests are handed on; whatever drains from now on is no reason to look for more. */
  #end(requests: Requests<Buffer>): void {
    this.#requests = null;
    if (this.#reader.isEmpty) requests.end();
    else this.finish(fail('INTERNAL', 'the last message is cut off'));
  }

  #settle(code: GrpcStatusName): void {
    this.#state = 'settled';
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#observer.settled(this.#method.name, code);
  }

  /** The stream is gone; without a status of ours the client, or its connection, has ended it. */
  #close(): void {
    if (this.#state === 'open') this.#settle('CANCELLED');
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.onClosed?.();
    this.#observer.closed(this);
  }
}
