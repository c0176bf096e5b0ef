import {
  errorName,
  Http2Session,
  ResetBy,
  type ResponseHead,
  ResponseHeads,
  type SessionHandler,
  type SessionOptions,
} from '#zipfire/wire/http2/index.js';
import { describe, framesOf, settings, settingsAck } from './frames.js';

const resetNames = Object.keys(ResetBy);

/** Writes down every event of a session; pieces of content that follow each other are put together. */
export class EventLog implements SessionHandler {
  readonly lines: string[] = [];
  /** Called with each event; to act from within it. */
  react: (line: string) => void = () => {};
  #dataSlot = -1;

  #add(line: string): void {
    this.#dataSlot = -1;
    this.lines.push(line);
    this.react(line);
  }

  onReady(): void {
    this.#add('ready');
  }

  onHeaders(slot: number, head: ResponseHead, endStream: boolean): void {
    this.#add(`head ${slot} ${head.status}${endStream ? ' end' : ''}`);
  }

  onData(slot: number, bytes: Buffer, from: number, to: number): void {
    const text = bytes.toString('latin1', from, to);
    if (this.#dataSlot === slot && this.lines.length > 0) this.lines.push(this.lines.pop() + text);
    else this.#add(`data ${slot} ${text}`);
    this.#dataSlot = slot;
  }

  onTrailers(slot: number, head: ResponseHead): void {
    this.#add(`trailers ${slot} ${head.grpcStatus}`);
  }

  onEarlyEnd(slot: number): void {
    this.#add(`early end ${slot}`);
  }

  onEnd(slot: number): void {
    this.#add(`end ${slot}`);
  }

  onReset(slot: number, code: number, by: ResetBy, reason: string): void {
    this.#add(`reset ${slot} ${errorName(code)} by ${resetNames[by]}${reason === '' ? '' : `: ${reason}`}`);
  }

  onDrain(slot: number): void {
    this.#add(`drain ${slot}`);
  }

  onPong(payload: string): void {
    this.#add(`pong ${payload}`);
  }

  onGoaway(last: number, code: number, debug: string): void {
    this.#add(`goaway ${last} ${errorName(code)} ${debug}`);
  }

  onError(code: number, reason: string): void {
    this.#add(`error ${errorName(code)} ${reason}`);
  }
}

/**
 * A session, and a server made of raw frames. The table size announced is the usual one unless a test sets it:
 * then header blocks may come without a size update first.
 */
export class Conversation {
  readonly log = new EventLog();
  readonly session: Http2Session;

  constructor(options: Partial<SessionOptions> = {}, maxListSize = 65_536) {
    const heads = new ResponseHeads({ capture: false, maxListSize });
    this.session = new Http2Session(this.log, heads, { slots: 4, headerTableSize: 4096, ...options });
  }

  /** The beginning of both sides; what was said is taken off. */
  begin(values: Readonly<Record<number, number>> = {}): this {
    this.session.takeOutbox();
    this.feed(settings(values), settingsAck);
    this.wrote();
    return this;
  }

  /** Lets the server say something; returns the events that followed. */
  feed(...bytes: Buffer[]): string[] {
    const all = Buffer.concat(bytes);
    this.log.lines.length = 0;
    this.session.feed(all, 0, all.length);
    return [...this.log.lines];
  }

  /** What the session wrote since the last time, a line for each frame. */
  wrote(): string[] {
    const lines: string[] = [];
    for (let text = this.session.takeOutbox(); text !== ''; text = this.session.takeOutbox())
      lines.push(...framesOf(text).map(describe));
    return lines;
  }

  /** A request without content, its block being one byte. */
  get(slot: number): boolean {
    return this.session.request(slot, '\x82', null, true);
  }
}
