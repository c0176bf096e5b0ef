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
  /** A unary call as it was sent, should it have to be sent again. */
  block = '';
  message = '';

  // The response.
  httpStatus = 0;
  /** Whether its content is messages. */
  isGrpc = false;
  /** −1: none so far. */
  grpcStatus = -1;
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
  sent = 0;
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
    if (request.maxMessageBytes === this.#maxMessageBytes) return;
    this.#maxMessageBytes = request.maxMessageBytes;
    this.reader = new MessageReader({ maxMessageBytes: request.maxMessageBytes });
  }

  /** After `begin`, for calls with streams. */
  beginStreams(request: PreparedCall, values: Values, sentNs: number): void {
    this.lastNs = sentNs;
    this.told = 0;
    this.sent = 0;
    this.sending = true;
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
    if (endStream) this.grpcStatus = head.grpcStatus;
  }

  due(nowNs: number): void {
    this.#owner.callDue(this, nowNs);
  }
}
