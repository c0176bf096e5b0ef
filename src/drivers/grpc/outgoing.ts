import type { DriverEvents } from '../../core/index.js';
import type { Http2Session } from '../../wire/http2/index.js';
import type { Agenda } from './agenda.js';
import type { Call } from './call.js';
import type { PreparedCall } from './prepare.js';

const FRAME_HEADER_BYTES = 9;
/** What fits into one frame of any peer: messages share it, since where DATA is cut means nothing. */
const MAX_FRAME_BYTES = 16_384;
/** A link sends so much of each call before it looks at what came in. */
const ROUNDS = 16;
/** A timer that is late, or a window that was closed, is made up for as far as this: no flood after a long wait. */
const MAX_LATE_NS = 100e6;

/** What a link's streams need to send. */
export interface OutgoingParts {
  readonly session: Pick<Http2Session, 'queued' | 'send'>;
  readonly agenda: Pick<Agenda, 'set' | 'remove'>;
  readonly events: Pick<DriverEvents, 'messagesSent'>;
  ticketOf(slot: number): number;
}

/**
 * Sends the messages of a link's calls in which the client streams: in turns, a frame each, spaced by the calls'
 * intervals, and never more than one frame ahead of what the server's windows take.
 */
export class Outgoing {
  readonly #parts: OutgoingParts;
  /** Calls that may send on. */
  readonly #ready: Call[] = [];

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  /** Whether `run` would find something. */
  get hasWork(): boolean {
    return this.#ready.length > 0;
  }

  /** What the session held back of a call went out, and there may be more. */
  drained(call: Call): void {
    call.release();
    this.resume(call);
  }

  /** Tells of the messages that went out since the last time. */
  tell(call: Call, atNs: number): void {
    const { gone, goneBytes, toldSent } = call;
    call.goneBytes = 0;
    if (gone <= toldSent) return;
    call.toldSent = gone;
    const { events, ticketOf } = this.#parts;
    events.messagesSent(ticketOf(call.slot), gone - toldSent, goneBytes, atNs);
  }

  /** A call may send on: it began, its window opened, or its next message is due. */
  resume(call: Call): void {
    if (call.ready) return;
    call.ready = true;
    this.#ready.push(call);
  }

  /** Sends what may go at this time. What is over by now is passed by. */
  run(nowNs: number): void {
    const ready = this.#ready;
    for (let round = 0; round < ROUNDS && ready.length > 0; round++) {
      let kept = 0;
      // Grows while it runs, when a call ends and another begins.
      for (let i = 0; i < ready.length; i++) {
        const call = ready[i] as Call; // i < length
        if (this.#sendOn(call, nowNs)) ready[kept++] = call;
        else call.ready = false;
      }
      ready.length = kept;
    }
  }

  /** @returns whether the call may go on at once */
  #sendOn(call: Call, nowNs: number): boolean {
    const { request, slot } = call;
    this.tell(call, nowNs);
    if (!call.sending || request === null) return false;
    const { agenda, session } = this.#parts;
    const isOver = nowNs >= call.endNs;
    if (!isOver && session.queued(slot) > 0) {
      // Due while a window is closed: it goes on when that opens, or to its end.
      agenda.set(call, call.endNs);
      return false;
    }
    const before = call.sent;
    const bytes = isOver ? '' : nextMessages(call, request, nowNs);
    const isLast = isOver || call.sent === request.sends;
    if (call.sent > before) {
      // Where it has to wait for a window, it waits for the server.
      if (request.serverStreams) call.sendTimes?.add(call.sent, nowNs);
      call.hold(call.sent - before, onWire(bytes.length));
    }
    call.sending = !isLast;
    if (isLast) agenda.remove(call);
    else if (request.intervalNs > 0) agenda.set(call, Math.min(call.nextNs, call.endNs));
    if (isLast || bytes !== '') {
      session.send(slot, bytes, isLast);
      if (session.queued(slot) === 0) call.release();
      this.tell(call, nowNs);
    }
    return call.sending && request.intervalNs === 0 && session.queued(slot) === 0;
  }
}

/** The messages that are due now, as many as fit into a frame; a larger one goes alone. */
function nextMessages(call: Call, request: PreparedCall, nowNs: number): string {
  let bytes = '';
  for (let size = 0; call.sent < request.sends && call.nextNs <= nowNs; call.sent++) {
    // Messages of a call are much alike: the next will have the size of the last.
    if (bytes !== '' && bytes.length + size > MAX_FRAME_BYTES) break;
    const message = request.messageAt(call.sent, call.values);
    size = message.length;
    bytes += message;
    if (request.intervalNs > 0) {
      // From when it was due, so that the mean is met: timers have a resolution of a millisecond.
      call.nextNs = Math.max(call.nextNs + request.intervalNs, nowNs - MAX_LATE_NS);
    }
  }
  return bytes;
}

function onWire(length: number): number {
  return length + Math.ceil(length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
