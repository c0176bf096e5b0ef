import type { Values } from '../../core/index.js';
import { MessageReader } from '../../wire/grpc/index.js';
import type { ResponseHead } from '../../wire/http2/index.js';
import type { AgendaEntry } from './agenda.js';
import type { PreparedCall } from './prepare.js';
import { isGrpcResponse, isGzipResponse } from './response.js';
import { SendTimes } from './send-times.js';

/** Who is told when a call's time has come. */
export interface CallOwner {
  callDue(call: Call, nowNs: number): void;
}

/** A call in flight. One object for each slot of a link, made once and used again and again. */
export class Call implements AgendaEntry {
  readonly slot: number;
  readonly #owner: CallOwner;
  request: PreparedCall | null = null;
  /** As it was sent, should it have to be sent again; no message where the client streams. */
  block = '';
  message: string | null = null;

  // The response.
  httpStatus = 0;
  /** Whether its content is messages. */
  isGrpc = false;
  /** −1: none so far. */
  grpcStatus = -1;
  /** Why it failed, as the server says; of a failure only. */
  grpcMessage = '';
  reader = new MessageReader();
  #maxMessageBytes = -1;

  // Of calls with streams.
  /** When the call, or the last message received, was; what the next one has waited from. */
  lastNs = 0;
  /** Messages received that were told. */
  told = 0;
  /** Whether it stands among those with messages to tell. */
  untold = false;
  /** When requests were sent that wait for their response; only where both sides stream. */
  sendTimes: SendTimes | null = null;
  /** Whether there may be more to send. */
  sending = false;
  /** Messages that the session was given. */
  sent = 0;
  /** Those of them that it holds back, for a stream or a window, and their bytes. */
  held = 0;
  heldBytes = 0;
  /** Those that went out, and the bytes of which nothing was told. */
  gone = 0;
  goneBytes = 0;
  /** Messages that were told to have gone out, by this attempt or an earlier one that the server did not look at. */
  toldSent = 0;
  /** When the next message may go. */
  nextNs = 0;
  /** When the client has had enough. */
  endNs = Number.POSITIVE_INFINITY;
  /** Whether it stands among those that may send on. */
  ready = false;
  /** Those of the call, copied. */
  readonly values: string[] = [];

  dueNs = 0;
  place = -1;

  constructor(slot: number, owner: CallOwner) {
    this.slot = slot;
    this.#owner = owner;
  }

  begin(request: PreparedCall): void {
    this.request = request;
    this.httpStatus = 0;
    this.isGrpc = false;
    this.grpcStatus = -1;
    this.grpcMessage = '';
    // Here too: a call may end before its head comes, and must not be taken for the one before it.
    this.reader.reset();
    if (request.maxMessageBytes === this.#maxMessageBytes) return;
    this.#maxMessageBytes = request.maxMessageBytes;
    this.reader = new MessageReader({ maxMessageBytes: request.maxMessageBytes });
  }

  /** After `begin`, for calls with streams. */
  beginStreams(request: PreparedCall, values: Values, sentNs: number): void {
    this.lastNs = sentNs;
    this.told = 0;
    this.sent = 0;
    this.held = 0;
    this.heldBytes = 0;
    this.gone = 0;
    this.goneBytes = 0;
    this.toldSent = 0;
    this.sending = request.clientStreams;
    this.nextNs = sentNs;
    this.endNs = sentNs + request.durationNs;
    if (request.kind === 'bidiStreaming') this.sendTimes ??= new SendTimes();
    this.sendTimes?.clear();
    // The engine's array is filled anew for the next hit.
    if (request.varies) for (let i = 0; i < values.length; i++) this.values[i] = values[i] as string;
  }

  takeHead(head: ResponseHead, endStream: boolean): void {
    this.httpStatus = head.status;
    this.isGrpc = isGrpcResponse(head);
    this.reader.reset(isGzipResponse(head));
    // Trailers alone make a response too.
    if (endStream) this.takeStatus(head);
  }

  takeStatus({ grpcStatus, grpcMessage }: ResponseHead): void {
    this.grpcStatus = grpcStatus;
    if (grpcStatus > 0) this.grpcMessage = grpcMessage ?? '';
  }

  /** Whether nothing of a response came. */
  get isUnanswered(): boolean {
    return this.httpStatus === 0;
  }

  /** The session was given messages, and holds them back. */
  hold(count: number, bytes: number): void {
    this.held += count;
    this.heldBytes += bytes;
  }

  /** All that the session held went out. */
  release(): void {
    this.gone += this.held;
    this.goneBytes += this.heldBytes;
    this.held = 0;
    this.heldBytes = 0;
  }

  /** Its stream is over, and another attempt takes its place. */
  abandon(): void {
    this.sending = false;
    this.held = 0;
    this.gone = this.toldSent;
  }

  due(nowNs: number): void {
    this.#owner.callDue(this, nowNs);
  }
}
