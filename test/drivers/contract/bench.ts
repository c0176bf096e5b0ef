import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type DriverOptions, type Target, type TlsOptions, ZipfireError } from '#zipfire/core/index.js';
import { listenHttp1 } from '../../support/http1-peer.js';
import type { Listen, Peer, PeerOptions, Responder } from '../../support/peer.js';
import { type DriverFactory, Harness } from './harness.js';

/** What a driver can do that another need not. Each that is false skips tests, and says so. */
export interface Capabilities {
  /** Speaks HTTP/1.1: its framing, its garbage, its connections that end with a response. */
  readonly http1: boolean;
  /** Sends several requests on one HTTP/1.1 connection without waiting. */
  readonly pipelining: boolean;
  /** Takes a 100 Continue that it did not ask for, as RFC 9110 §15.2 demands. */
  readonly unaskedContinue: boolean;
  /** Takes the Content-Length of a 304 for what it is: the length of a body that is not sent (RFC 9110 §15.4.5). */
  readonly lengthOf304: boolean;
  /** Server to run against; default: HTTP/1.1. */
  readonly listen?: Listen;
  /** Which HTTP to ask the driver for; default: auto. */
  readonly http?: DriverOptions['http'];
}

/** The subject of a contract suite. */
export interface Subject {
  readonly factory: DriverFactory;
  readonly capabilities: Capabilities;
}

export type Needs = Exclude<keyof Capabilities, 'listen' | 'http'>;

/** A test hangs no longer than this. None takes a fiftieth of it on a machine that is not overrun. */
const TIMEOUT_MS = 60_000;

const defaults = {
  address: null,
  connections: 1,
  pipeline: 1,
  streams: 1,
  concurrency: null,
  keepAlive: true,
  // Out of reach, for tests that are not about them.
  timeoutMs: 30_000,
  connectTimeoutMs: 30_000,
  client: { maxRedirects: 0, proxy: null, decompress: false },
} as const;

export interface DriverSetup extends Partial<Omit<DriverOptions, 'target'>> {
  readonly tls?: Partial<TlsOptions>;
  /** Default: the peer's address. */
  readonly host?: string;
}

/** The peers and drivers of one test, and what must hold for them when it is over. */
export class Bench {
  readonly #subject: Subject;
  readonly #peers: Peer[] = [];
  readonly #harnesses: Harness[] = [];
  readonly #cleanups: (() => Promise<void>)[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** A server of the subject's protocol. */
  peer(responder: Responder, options: PeerOptions = {}): Promise<Peer> {
    return this.#listen(this.#subject.capabilities.listen ?? listenHttp1, responder, options);
  }

  /** A server that says nothing by itself, whatever the subject's protocol. */
  mutePeer(options: PeerOptions = {}): Promise<Peer> {
    return this.#listen(listenHttp1, () => {}, options);
  }

  async #listen(listen: Listen, responder: Responder, options: PeerOptions): Promise<Peer> {
    const peer = await listen(responder, options);
    this.#peers.push(peer);
    return peer;
  }

  options(peer: Peer, setup: DriverSetup = {}): DriverOptions {
    const { tls: _tls, host: _host, ...options } = setup;
    const { http = 'auto' } = this.#subject.capabilities;
    return { ...defaults, http, ...options, target: targetOf(peer, setup) };
  }

  /** An open driver. */
  async driver(peer: Peer, setup: DriverSetup = {}): Promise<Harness> {
    const harness = await Harness.create(this.#subject.factory, this.options(peer, setup));
    await harness.driver.open();
    this.#harnesses.push(harness);
    return harness;
  }

  /** Opens a driver that must not find its target, and returns the error. */
  async unreachable(peer: Peer, setup: DriverSetup = {}): Promise<ZipfireError> {
    const { driver } = await Harness.create(this.#subject.factory, this.options(peer, setup));
    const error: unknown = await driver.open().then(
      () => assert.fail('open found the target'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ZipfireError, String(error));
    assert.equal(error.code, 'unreachable');
    assert.ok(error.message.includes(targetOf(peer, setup).url), error.message);
    assert.ok((error.hint ?? '').length > 0, 'the error has no hint');
    return error;
  }

  /** Does this when the test is over and all is closed. */
  cleanUp(action: () => Promise<void>): void {
    this.#cleanups.push(action);
  }

  /** Closes what the test left open. With `verify`, all must have gone by the rules. */
  async end(verify: boolean): Promise<void> {
    try {
      for (const harness of this.#harnesses) {
        // A pause after a failed connect ends by itself, and says so.
        if (verify && harness.isOpen && harness.inFlight === 0) await harness.slotsFree(harness.driver.slots);
        await harness.close(0);
        if (verify) harness.verify();
      }
      // What the driver closed, the server sees closed: no connection was forgotten.
      if (verify) await Promise.all(this.#peers.map((peer) => peer.idle()));
    } finally {
      await Promise.all(this.#peers.map((peer) => peer.close()));
      for (const action of this.#cleanups) await action();
    }
  }
}

export type Check = (bench: Bench) => Promise<void>;

/** Declares one test of the contract; skipped, with the reason, when the driver lacks what it needs. */
export function check(subject: Subject, title: string, needs: readonly Needs[], run: Check): void {
  const lacking = needs.filter((need) => !subject.capabilities[need]);
  const skip = lacking.length > 0 && `the driver does not offer: ${lacking.join(', ')}`;
  test(title, { skip, timeout: TIMEOUT_MS }, async () => {
    const before = heldResources();
    const bench = new Bench(subject);
    let passed = false;
    try {
      await run(bench);
      passed = true;
    } finally {
      await bench.end(passed);
    }
    await assertReleased(before);
  });
}

function targetOf(peer: Peer, setup: DriverSetup): Target {
  const host = setup.host ?? peer.host;
  const authority =
    peer.socketPath !== null ? 'localhost' : `${host.includes(':') ? `[${host}]` : host}:${peer.port}`;
  const isSecure = peer.isSecure || setup.tls !== undefined;
  const tls = { serverName: '', ca: null, cert: null, key: null, insecure: false, ...setup.tls };
  return {
    url: `${isSecure ? 'https' : 'http'}://${authority}/`,
    tls: isSecure ? tls : null,
    host,
    port: peer.port,
    socketPath: peer.socketPath,
    authority,
    path: '/',
  };
}

/** Sockets, servers and timers that keep this process alive, by kind. */
function heldResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Immediate') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** For the kernel to end what a closed handle was about; far more than it takes. */
const RELEASE_MS = 5000;

/** What a closed handle holds goes within a few turns of the event loop, and of the kernel. */
async function assertReleased(before: ReadonlyMap<string, number>): Promise<void> {
  const grown = () => [...heldResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
  const untilMs = performance.now() + RELEASE_MS;
  while (grown().length > 0 && performance.now() < untilMs) await turn();
  assert.deepEqual(grown(), [], 'resources that outlive the driver');
}
