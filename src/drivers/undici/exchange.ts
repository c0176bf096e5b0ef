import type { Dispatcher } from 'undici';
import { OutcomeKind, type ResponseReader } from '../../core/index.js';
import { BodyDecoder } from './decode.js';
import { GivenUp, kindOf, stallsClient } from './failure.js';
import type { Lane } from './lane.js';
import { RawFields } from './raw-fields.js';
import { type Hop, nextHop } from './redirect.js';

/** Responses 1xx before the final one; a server that sends more never means to answer. */
const MAX_INTERIM_RESPONSES = 32;

/** Bounds of a response, and what the client does with it. */
export interface ExchangeRules {
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
  /** Of a body that is to be decompressed, before and after: it is held whole. */
  readonly maxDecodedBytes: number;
  readonly maxRedirects: number;
  readonly decompress: boolean;
  /** Looks into final responses, decompressed ones; null: nobody does. */
  readonly reader: ResponseReader | null;
}

export interface ExchangeEvents {
  /** The response was a redirect: `hop` is to be dispatched for the same exchange. */
  redirected(exchange: Exchange, hop: Hop): void;
  /** Called once. */
  ended(exchange: Exchange, kind: OutcomeKind, status: number, bytesIn: number): void;
}

/**
 * One request of the engine, redirects included, as undici's handler. It is made anew for each request, so
 * that a late word of undici about one that was given up is never taken for another's.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly ticket: number;
  readonly lane: Lane;
  readonly deadlineNs: number;
  #hop: Hop;
  readonly #rules: ExchangeRules;
  readonly #events: ExchangeEvents;
  #controller: Dispatcher.DispatchController | null = null;
  #next: Hop | null = null;
  #decoder: BodyDecoder | null = null;
  #redirectsLeft: number;
  #interim = 0;
  #status = 0;
  #bytesIn = 0;
  #bodyBytes = 0;
  #ended = false;
  #givenUp = false;

  constructor(
    ticket: number,
    lane: Lane,
    hop: Hop,
    deadlineNs: number,
    rules: ExchangeRules,
    events: ExchangeEvents,
  ) {
    this.ticket = ticket;
    this.lane = lane;
    this.deadlineNs = deadlineNs;
    this.#hop = hop;
    this.#rules = rules;
    this.#redirectsLeft = rules.maxRedirects;
    this.#events = events;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Gives the request up, wherever it is. On HTTP/1.1 that costs the connection. */
  giveUp(kind: OutcomeKind, message: string): void {
    if (this.#ended || this.#givenUp) return;
    this.#givenUp = true;
    // The connection goes first: the outcome frees the slot, and what is sent next must not be written on it.
    if (this.#controller !== null) this.#controller.abort(new GivenUp(kind, message));
    else if (!this.#hop.away) this.lane.unblock();
    this.#end(kind);
  }

  /** The request is about to be written; again when undici repeats it on another connection. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for the connection. Thrown rather than aborted: that leaves the connection be.
    if (this.#givenUp) throw new GivenUp(OutcomeKind.timeout, 'given up before it was sent');
    this.#controller = controller;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    statusMessage = '',
  ): void {
    if (this.#ended) return;
    const bytes = headBytes(controller.rawHeaders, statusMessage);
    this.#bytesIn += bytes;
    if (bytes > this.#rules.maxHeaderBytes) {
      this.giveUp(OutcomeKind.protocol, 'the header is too large');
    } else if (status < 200) {
      if (++this.#interim > MAX_INTERIM_RESPONSES) {
        this.giveUp(OutcomeKind.protocol, 'too many interim responses');
      }
    } else {
      const { location, 'content-encoding': encoding } = headers;
      this.#status = status;
      this.#bodyBytes = 0;
      this.#next = this.#redirectsLeft > 0 ? nextHop(this.#hop, status, single(location)) : null;
      this.#decoder =
        this.#rules.decompress && this.#next === null && encoding !== undefined
          ? BodyDecoder.for(String(encoding))
          : null;
      if (this.#rules.reader !== null && this.#next === null)
        this.#rules.reader.head(this.ticket, new RawFields(controller.rawHeaders));
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#bytesIn += chunk.length;
    this.#bodyBytes += chunk.length;
    const { maxBodyBytes, maxDecodedBytes } = this.#rules;
    if (this.#bodyBytes > (this.#decoder === null ? maxBodyBytes : maxDecodedBytes)) {
      this.giveUp(OutcomeKind.protocol, 'the body is too large');
    } else if (this.#decoder !== null) {
      this.#decoder.push(chunk);
    } else if (this.#rules.reader !== null && this.#next === null) {
      this.#rules.reader.content(this.ticket, chunk, 0, chunk.length);
    }
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    const hop = this.#next;
    if (hop !== null) {
      this.#next = null;
      this.#redirectsLeft--;
      this.#controller = null;
      this.#status = 0;
      this.#hop = hop;
      this.#events.redirected(this, hop);
    } else if (!this.#decodes()) {
      this.#end(OutcomeKind.protocol);
    } else {
      this.#end(this.#status < 400 ? OutcomeKind.ok : OutcomeKind.status);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (stallsClient(error)) this.lane.renew();
    if (!this.#ended && !this.#givenUp) this.#end(kindOf(error, this.#status));
  }

  #decodes(): boolean {
    try {
      const body = this.#decoder?.finish(this.#rules.maxDecodedBytes);
      if (body !== undefined) this.#rules.reader?.content(this.ticket, body, 0, body.length);
      return true;
    } catch {
      return false;
    }
  }

  #end(kind: OutcomeKind): void {
    this.#ended = true;
    this.#decoder = null;
    const whole = kind === OutcomeKind.ok || kind === OutcomeKind.status;
    this.#events.ended(this, kind, whole ? this.#status : 0, this.#bytesIn);
  }
}

/** A response's head as HTTP/1.1 text, bytes. */
function headBytes(rawHeaders: Dispatcher.DispatchController['rawHeaders'], statusMessage: string): number {
  let bytes = 'HTTP/1.1 200 \r\n\r\n'.length + statusMessage.length;
  if (!Array.isArray(rawHeaders)) return bytes;
  for (const text of rawHeaders) bytes += text.length + 2;
  return bytes;
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
