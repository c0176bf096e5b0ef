import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  type Driver,
  type DriverEvents,
  type DriverOptions,
  nowNs,
  type Operation,
  type OperationCall,
  OutcomeKind,
  outcomeKinds,
  type Program,
  type StreamPlan,
  type Target,
  type Text,
  type Values,
} from '#zipfire/core/index.js';
import { createGrpcDriver } from '#zipfire/drivers/grpc/index.js';
import { GrpcStatus, type GrpcStatusName, grpcStatusName } from '#zipfire/wire/grpc/index.js';
import { type GrpcPeer, type GrpcPeerOptions, listenGrpc, type PeerCall } from '../../support/grpc-peer.js';

export interface CallSpec {
  readonly kind?: OperationCall['kind'];
  readonly path?: string;
  readonly metadata?: readonly (readonly [name: string, value: string | Text])[];
  readonly messages?: readonly (string | Program)[];
  readonly gzip?: boolean;
  readonly maxMessageBytes?: number;
  readonly stream?: Partial<StreamPlan>;
  readonly draw?: OperationCall['draw'];
  readonly turn?: number;
}

export function callOperation(spec: CallSpec = {}): Operation {
  const { kind = 'unary', path = '/a.B/C', metadata = [], messages = ['hello'], stream } = spec;
  return {
    name: 'test',
    method: ['POST'],
    target: [path],
    headers: metadata.map(([name, value]) => ({ name, value: typeof value === 'string' ? [value] : value })),
    body: null,
    call: {
      kind,
      messages: messages.map((message) => ({
        type: 'test.Message',
        program: typeof message !== 'string' ? message : message === '' ? [] : [message],
        dynamic: false,
      })),
      types: null,
      maxMessageBytes: spec.maxMessageBytes ?? 1024 * 1024,
      gzip: spec.gzip ?? false,
      stream: { intervalMs: 0, messages: null, durationMs: null, freshValues: false, ...stream },
      draw: spec.draw ?? null,
      turn: spec.turn ?? null,
    },
  };
}

/** How a call went, and what was told of its messages. */
export interface CallOutcome {
  readonly kind: keyof typeof OutcomeKind;
  readonly status: GrpcStatusName;
  readonly bytesIn: number;
  readonly sent: number;
  readonly received: number;
  /** Of each time that messages were told to have come. */
  readonly latenciesNs: readonly number[];
}

interface Flight {
  readonly sentNs: number;
  readonly resolve: (outcome: CallOutcome) => void;
  sent: number;
  received: number;
  readonly latenciesNs: number[];
}

/** Stands where the engine stands, and holds the driver to its word. */
export class Calls implements DriverEvents {
  readonly outcomes: CallOutcome[] = [];
  bytesOut = 0;
  readonly #flights = new Map<number, Flight>();
  readonly #broken: string[] = [];
  #driver: Driver | null = null;
  #tickets = 0;
  #isSending = false;
  #onSlot: (() => void)[] = [];
  #onMessage: (() => void)[] = [];

  /** An open driver, which is closed and judged when the test is over. */
  static async open(t: TestContext, target: Target, options: Partial<DriverOptions> = {}): Promise<Calls> {
    const calls = new Calls();
    calls.#driver = await createGrpcDriver(optionsFor(target, options), calls);
    t.after(async () => {
      await calls.driver.close(0);
      calls.#verify();
    });
    await calls.driver.open();
    return calls;
  }

  get driver(): Driver {
    assert.ok(this.#driver !== null);
    return this.#driver;
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /** Sends at once; a slot must be free. */
  send(spec: CallSpec | ReturnType<Driver['prepare']> = {}, values: Values = []): Promise<CallOutcome> {
    const request = 'operation' in spec ? spec : this.driver.prepare(callOperation(spec));
    assert.ok(this.driver.free > 0, 'no slot is free');
    const ticket = this.#tickets++;
    const sentNs = nowNs();
    const outcome = new Promise<CallOutcome>((resolve) =>
      this.#flights.set(ticket, { sentNs, resolve, sent: 0, received: 0, latenciesNs: [] }),
    );
    this.#isSending = true;
    this.bytesOut += this.driver.send(request, values, ticket, sentNs);
    this.#isSending = false;
    return outcome;
  }

  async call(spec: CallSpec | ReturnType<Driver['prepare']> = {}, values: Values = []): Promise<CallOutcome> {
    while (this.driver.free === 0) await new Promise<void>((resolve) => this.#onSlot.push(resolve));
    return this.send(spec, values);
  }

  /** Resolves when messages are told to have come. */
  received(): Promise<void> {
    return new Promise((resolve) => this.#onMessage.push(resolve));
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const flight = this.#flight(ticket, 'outcome');
    this.#flights.delete(ticket);
    if (flight === null) return;
    if (endNs < flight.sentNs) this.#broken.push(`ticket ${ticket}: ended before it was sent`);
    if (kind === OutcomeKind.ok && status !== GrpcStatus.OK)
      this.#broken.push(`ticket ${ticket}: ok with ${status}`);
    if (kind !== OutcomeKind.ok && status === GrpcStatus.OK)
      this.#broken.push(`ticket ${ticket}: ${kind} with OK`);
    const { sent, received, latenciesNs, resolve } = flight;
    const outcome: CallOutcome = {
      kind: outcomeKinds[kind] as keyof typeof OutcomeKind,
      status: grpcStatusName(status),
      bytesIn,
      sent,
      received,
      latenciesNs,
    };
    this.outcomes.push(outcome);
    resolve(outcome);
    this.slotFree();
  }

  messagesSent(ticket: number, count: number, bytes: number): void {
    const flight = this.#flight(ticket, 'messagesSent');
    if (!(count > 0) || !(bytes >= 0)) this.#broken.push(`ticket ${ticket}: sent ${count} of ${bytes} bytes`);
    if (flight !== null) flight.sent += count;
    this.bytesOut += bytes;
  }

  messagesReceived(ticket: number, count: number, latencyNs: number): void {
    const flight = this.#flight(ticket, 'messagesReceived');
    if (!(count > 0) || !(latencyNs >= 0))
      this.#broken.push(`ticket ${ticket}: received ${count} after ${latencyNs} ns`);
    if (flight === null) return;
    flight.received += count;
    flight.latenciesNs.push(latencyNs);
    const waiting = this.#onMessage;
    this.#onMessage = [];
    for (const resolve of waiting) resolve();
  }

  slotFree(): void {
    const waiting = this.#onSlot;
    this.#onSlot = [];
    for (const resolve of waiting) resolve();
  }

  #flight(ticket: number, event: string): Flight | null {
    if (this.#isSending) this.#broken.push(`ticket ${ticket}: ${event} from inside send`);
    const flight = this.#flights.get(ticket) ?? null;
    if (flight === null) this.#broken.push(`ticket ${ticket}: ${event} of a call that is not in flight`);
    return flight;
  }

  #verify(): void {
    assert.deepEqual(this.#broken, [], 'rules of the driver interface broken');
    assert.equal(this.#flights.size, 0, 'tickets without an outcome');
    assert.equal(this.outcomes.length, this.#tickets, 'one outcome for each ticket');
    assert.equal(this.driver.free, this.driver.slots, 'every slot is free again');
  }
}

const defaults = {
  address: null,
  connections: 1,
  pipeline: 1,
  streams: 1,
  concurrency: null,
  http: '2',
  keepAlive: true,
  // Out of reach, for tests that are not about them.
  timeoutMs: 30_000,
  connectTimeoutMs: 30_000,
  client: { maxRedirects: 0, proxy: null, decompress: false },
} as const;

export function optionsFor(target: Target, options: Partial<DriverOptions> = {}): DriverOptions {
  return { ...defaults, target, ...options };
}

/** A peer and a driver of it. */
export async function callsTo(
  t: TestContext,
  answer: (call: PeerCall) => void,
  options: Partial<DriverOptions> = {},
  peerOptions: GrpcPeerOptions = {},
): Promise<{ calls: Calls; peer: GrpcPeer }> {
  const peer = await listenGrpc(answer, peerOptions);
  t.after(() => peer.close());
  return { calls: await Calls.open(t, peer.target, options), peer };
}
