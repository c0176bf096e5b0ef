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

/** What a link's streams need to send. */
export interface OutgoingParts {
  readonly session: Http2Session;
  readonly agenda: Agenda;
  readonly events: DriverEvents;
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
    if (!call.sending || request === null) return false;
    const { agenda, events, session, ticketOf } = this.#parts;
    if (!request.clientStreams) {
      // Its one message went with its head.
      call.sending = false;
      events.messagesSent(ticketOf(slot), 1, 0, nowNs);
      return false;
    }
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
      if (request.serverStreams) call.sendTimes?.add(call.sent, nowNs);
      events.messagesSent(ticketOf(slot), call.sent - before, onWire(bytes.length), nowNs);
    }
    call.sending = !isLast;
    if (isLast) agenda.remove(call);
    else if (request.intervalNs > 0) agenda.set(call, Math.min(call.nextNs, call.endNs));
    if (isLast || bytes !== '') session.send(slot, bytes, isLast);
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
      const next = call.nextNs + request.intervalNs;
      // One that is late is not made up for: the interval is the least between two.
      call.nextNs = next > nowNs ? next : nowNs + request.intervalNs;
    }
  }
  return bytes;
}

function onWire(length: number): number {
  return length + Math.ceil(length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
