import type { Target } from '../../core/index.js';
import type { ReflectionReply } from '../../grpc/index.js';
import {
  DEFAULT_MAX_MESSAGE_BYTES,
  decodeGrpcMessage,
  GrpcStatus,
  gunzipMessage,
  MessageReader,
  statusOfReset,
} from '../../wire/grpc/index.js';
import {
  ErrorCode,
  errorName,
  Http2Session,
  ResetBy,
  type ResponseHead,
  ResponseHeads,
  type SessionHandler,
} from '../../wire/http2/index.js';
import { Channel, type ChannelEvents } from '../channel.js';
import type { Dialer } from '../dial.js';
import {
  brokenHttp2,
  connectTimeout,
  http1Server,
  isHttp1Response,
  noHttp2ByAlpn,
  noSettings,
  silentServer,
} from '../http2/not-http2.js';
import { unreachable } from '../unreachable.js';
import { isGrpcResponse, isGzipResponse, statusOfResponse } from './response.js';

const READ_BUFFER_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * How long an answer may take that a server has yet to give when it says good-bye. Calls are questions about it, so that
 * another attempt costs nothing, and it may be gone long before the time-out of a call.
 */
const PATIENCE_MS = 1000;

/** The one slot of the session: calls come one after the other. */
const SLOT = 0;

interface Pending {
  readonly resolve: (reply: ReflectionReply | null) => void;
  readonly timer: NodeJS.Timeout;
}

interface Opening {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One connection of a caller, with one call at a time. */
export class CallerConnection implements ChannelEvents, SessionHandler {
  readonly #target: Target;
  readonly #session: Http2Session;
  readonly #channel: Channel;
  readonly #closing: Promise<void>;
  readonly #reader: MessageReader;
  #opening: Opening | null = null;
  #pending: Pending | null = null;
  #patience: NodeJS.Timeout | undefined;
  #onClosed: () => void = () => {};
  #ended = false;
  #httpStatus = 0;
  #isGrpc = false;
  #grpcStatus = -1;
  #grpcMessage: string | null = null;
  #message: Buffer | null = null;
  /** What a compressed message was wrong about, if anything. */
  #problem: string | null = null;

  constructor(target: Target, dialer: Dialer) {
    this.#target = target;
    this.#closing = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    const heads = new ResponseHeads({ capture: false, maxListSize: MAX_HEADER_BYTES });
    this.#session = new Http2Session(this, heads, { slots: 1 });
    this.#channel = new Channel(dialer, Buffer.allocUnsafe(READ_BUFFER_BYTES), this);
    this.#reader = new MessageReader({
      sink: (bytes, from, to, compressed) => this.#keep(bytes.subarray(from, to), compressed),
    });
  }

  /** Whether it takes another call. */
  get isUsable(): boolean {
    return !this.#ended && this.#session.accepting;
  }

  /** Waits for the server's SETTINGS. @throws ZipfireError `unreachable` */
  open(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => this.#end(this.#channel.open ? silentServer(timeoutMs) : connectTimeout());
      const timer = setTimeout(late, timeoutMs);
      this.#opening = { resolve, reject, timer };
    });
  }

  /**
   * Only while usable, and not while another call is under way.
   * @returns null: the server said good-bye and gave no answer; another connection may get one
   */
  call(block: string, body: string, timeoutMs: number): Promise<ReflectionReply | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#session.cancel(SLOT, ErrorCode.cancel);
        this.#settle(GrpcStatus.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`);
        this.#flush();
      }, timeoutMs);
      this.#pending = { resolve, timer };
      this.#httpStatus = 0;
      this.#isGrpc = false;
      this.#grpcStatus = -1;
      this.#grpcMessage = null;
      this.#message = null;
      this.#problem = null;
      this.#reader.reset();
      this.#session.request(SLOT, block, body, true);
      this.#flush();
    });
  }

  close(): Promise<void> {
    this.#end(new Error('the caller was closed'));
    return this.#closing;
  }

  #end(error: NodeJS.ErrnoException): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#channel.drop();
    this.#session.disconnect(error.message);
    const opening = this.#opening;
    this.#opening = null;
    if (opening === null) return;
    clearTimeout(opening.timer);
    opening.reject(unreachable(this.#target.url, error));
  }

  #settle(status: number, statusMessage: string): void {
    this.#resolve({ status, statusMessage, message: this.#message });
  }

  #resolve(reply: ReflectionReply | null): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    clearTimeout(pending.timer);
    clearTimeout(this.#patience);
    pending.resolve(reply);
  }

  #flush(): void {
    while (this.#channel.open && this.#session.pending) {
      const bytes = this.#session.takeOutbox();
      if (bytes === '') return;
      this.#channel.write(bytes);
    }
  }

  // The channel

  ready(): void {
    if (this.#target.tls !== null && this.#channel.protocol !== 'h2') this.#end(noHttp2ByAlpn());
    else this.#flush();
  }

  data(buffer: Buffer, length: number): void {
    if (!this.#session.ready && isHttp1Response(buffer, length)) {
      this.#end(http1Server());
      return;
    }
    this.#session.feed(buffer, 0, length);
    this.#flush();
  }

  ended(): void {
    this.#end(this.#session.ready ? new Error('the server closed the connection') : noSettings());
  }

  failed(error: NodeJS.ErrnoException): void {
    this.#end(error);
  }

  closed(): void {
    // After an error that nobody told of, such as a handshake that broke off.
    this.#end(noSettings());
    this.#onClosed();
  }

  // The session

  onReady(): void {
    const opening = this.#opening;
    this.#opening = null;
    if (opening === null) return;
    clearTimeout(opening.timer);
    opening.resolve();
  }

  onHeaders(slot: number, head: ResponseHead, endStream: boolean): void {
    this.#httpStatus = head.status;
    this.#isGrpc = isGrpcResponse(head);
    this.#reader.reset(isGzipResponse(head));
    // Trailers alone make a response too.
    if (endStream) this.onTrailers(slot, head);
  }

  onData(_slot: number, bytes: Buffer, from: number, to: number): void {
    if (this.#isGrpc) this.#reader.feed(bytes, from, to);
  }

  #keep(message: Buffer, compressed: boolean): void {
    if (this.#message !== null) return;
    const plain = compressed ? gunzipMessage(message, DEFAULT_MAX_MESSAGE_BYTES) : Buffer.from(message); // a copy: what was read is gone after the call
    if (plain === null) this.#problem = 'a message that cannot be decompressed';
    this.#message = plain;
  }

  onTrailers(_slot: number, head: ResponseHead): void {
    this.#grpcStatus = head.grpcStatus;
    this.#grpcMessage = head.grpcMessage;
  }

  onEarlyEnd(slot: number): void {
    this.#session.cancel(slot, ErrorCode.noError);
    this.onEnd();
  }

  onEnd(): void {
    const isOk = this.#isGrpc && this.#grpcStatus === GrpcStatus.OK;
    const error = isOk ? this.#reader.end() : null;
    if (error !== null) this.#settle(error.status, error.text);
    else if (isOk && this.#problem !== null) this.#settle(GrpcStatus.INTERNAL, this.#problem);
    else this.#settle(statusOfResponse(this.#httpStatus, this.#isGrpc, this.#grpcStatus), this.#saying());
  }

  /** What the server said with its status, or what it said instead of one. */
  #saying(): string {
    if (!this.#isGrpc) return `not a gRPC response: HTTP status ${this.#httpStatus}`;
    if (this.#grpcStatus < 0) return `no grpc-status: HTTP status ${this.#httpStatus}`;
    return this.#grpcMessage === null ? '' : decodeGrpcMessage(this.#grpcMessage);
  }

  onReset(_slot: number, code: number, by: ResetBy, reason: string): void {
    if (by === ResetBy.goaway) this.#resolve(null);
    else if (by === ResetBy.peer)
      this.#settle(statusOfReset(code), `the server reset it: ${errorName(code)}`);
    else this.#settle(by === ResetBy.session ? GrpcStatus.INTERNAL : GrpcStatus.UNAVAILABLE, reason);
  }

  onError(_code: number, reason: string): void {
    this.#flush();
    this.#end(brokenHttp2(reason));
  }

  /** What it has seen it may still answer; or it has forgotten it. */
  onGoaway(): void {
    if (this.#pending === null) return;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      this.#session.cancel(SLOT, ErrorCode.cancel);
      if (this.#message === null) this.#resolve(null);
      else this.#settle(GrpcStatus.OK, '');
      this.#flush();
    }, PATIENCE_MS);
  }

  onDrain(): void {}
  onPong(): void {}
}
