import type { OutgoingHttpHeaders } from 'node:http2';
import { escapeText, formatSpan, type Target } from '../../../core/index.js';
import { resolveAddress } from '../../../drivers/resolve.js';
import { unreachable } from '../../../drivers/unreachable.js';
import type { FactName, Facts, Gathered } from '../../facts.js';
import { failedTo, mergeGathered } from '../gatherer.js';
import { type AlpnFacts, probeAlpn } from './alpn.js';
import { probeHttp2Settings } from './http2-settings.js';
import { watchHttp2 } from './http2-watch.js';
import { probeIdle } from './idle.js';
import { type KeepAliveFacts, probeKeepAlive } from './keep-alive.js';
import { probePings } from './pings.js';
import type { Prober } from './prober.js';
import { getRequest, type ProbeRequest, postInTwo } from './request.js';
import { probeRequests } from './requests.js';
import { probeResumption } from './resumption.js';
import { probeReuse } from './reuse.js';
import { ProbeSockets } from './sockets.js';

/** What `--probe` was told; it is judged with the rest. */
export interface ProbeFacts {
  /** How long what is in front of the target keeps idle connections to it (`--lb-idle`); null: not said. */
  readonly lbIdleMs: number | null;
  readonly http1: boolean;
  readonly http2: boolean;
}

export interface ProbeLimits {
  /** For how long connections idle at most. */
  readonly idleLimitMs: number;
  /** Requests on one connection at most. */
  readonly requests: number;
  /** How long an HTTP/2 connection is watched, and requests on one connection go on, at most. */
  readonly timeMs: number;
  /** How long any other question of several requests goes on, of a slow service, at most. */
  readonly questionMs: number;
  /** Pings so far apart, on a connection without a stream; null: none. Some servers end the connection for it. */
  readonly pingEveryMs: number | null;
  /** After how long without a whole response a request counts as unanswered. */
  readonly timeoutMs: number;
}

export const defaultProbeLimits: ProbeLimits = {
  idleLimitMs: 10_000,
  requests: 2000,
  timeMs: 10_000,
  questionMs: 10_000,
  pingEveryMs: null,
  timeoutMs: 3000,
};

export interface ProbeOptions extends ProbeLimits {
  readonly target: Target;
  readonly request: ProbeRequest;
  readonly lbIdleMs: number | null;
  /** Whether a target without TLS speaks HTTP/2, which nobody can ask it. */
  readonly http2: boolean;
  /** Whether it is asked by a gRPC call: the health check, which a server without it refuses. */
  readonly grpc: boolean;
  readonly signal: AbortSignal;
  /** What is about to be done, for people. */
  readonly onProgress: (text: string) => void;
}

const RESOLVE_TIMEOUT_MS = 3000;

/**
 * Asks a target by a few connections how it treats them. Gentle: some forty connections, a request at a time on each,
 * and none is left open, whatever happens.
 *
 * When the signal is aborted, what was answered until then counts, and the rest has failed.
 *
 * @throws ZipfireError `unreachable`; the signal's reason, when it is aborted before anything was asked
 */
export async function probeTarget(options: ProbeOptions): Promise<Gathered> {
  const { target, signal, lbIdleMs } = options;
  const sockets = new ProbeSockets(target, await resolveAddress(target, RESOLVE_TIMEOUT_MS), signal);
  try {
    await reach(sockets, target);
    const alpn = target.tls === null ? null : await attempt('alpn', signal, () => probeAlpn(sockets));
    const { http1, http2 } = spoken(options, alpn?.facts.alpn);
    const prober: Prober = {
      sockets,
      request: getRequest(target, options.request),
      timeoutMs: options.timeoutMs,
    };
    const probe: Gathered = { facts: { probe: { lbIdleMs, http1, http2 } }, failed: {} };
    const parts = await Promise.all([
      http1 ? overHttp1(options, prober) : nothing,
      http2 ? overHttp2(options, sockets) : nothing,
    ]);
    // Behind those whose times the handshakes would disturb.
    const tls =
      target.tls === null
        ? nothing
        : await attempt('resumption', signal, () => probeResumption(prober, http1, options.questionMs));
    return mergeGathered([probe, alpn ?? nothing, ...parts, tls]);
  } finally {
    sockets.dispose();
  }
}

/** A target that nobody can connect to answers no probe. */
async function reach(sockets: ProbeSockets, { url }: Target): Promise<void> {
  try {
    const { socket } = await sockets.open({ protocols: ['h2', 'http/1.1'] });
    socket.on('error', () => {});
    socket.destroy();
  } catch (error) {
    sockets.throwIfAborted();
    throw unreachable(url, error as NodeJS.ErrnoException); // a socket emits no other
  }
}

const nothing: Gathered = { facts: {}, failed: {} };

function spoken({ target, http2 }: ProbeOptions, alpn: AlpnFacts | undefined) {
  if (target.tls === null) return { http1: !http2, http2 };
  return { http1: alpn?.http1 ?? true, http2: alpn?.http2 ?? false };
}

async function overHttp1(options: ProbeOptions, prober: Prober): Promise<Gathered> {
  const { target, request, signal, idleLimitMs, onProgress } = options;
  onProgress('whether connections are kept alive');
  const keepAlive = await attempt('keepAlive', signal, () => probeKeepAlive(prober));
  const seen = keepAlive.facts.keepAlive;
  if (seen === undefined) return mergeGathered([keepAlive, ...unasked(keepAlive.failed.keepAlive ?? '')]);
  const post = request.body === null ? null : postInTwo(target, request, request.body);
  const reuse = await attempt('reuse', signal, () => probeReuse(prober, post, options.questionMs));
  if (!seen.honoured || signal.aborted) return mergeGathered([keepAlive, reuse]);
  onProgress(`when idle connections are closed, for ${formatSpan(idleLimitMs / 1000)} and up to twice that`);
  const [idle, requests] = await Promise.all([
    attempt('idle', null, () => probeIdle(prober, idleLimitMs, hintOf(seen), seen.bytes, signal)),
    attempt('requests', signal, () => probeRequests(prober, options.requests, options.timeMs)),
  ]);
  return mergeGathered([keepAlive, reuse, idle, requests]);
}

/** Those that were to follow cannot be judged for the same reason. */
function unasked(reason: string): Gathered[] {
  return (['reuse', 'idle', 'requests'] as const).map((name) => failedTo(name, reason));
}

function hintOf({ hint }: KeepAliveFacts): number | null {
  return hint?.timeoutSec ?? null;
}

async function overHttp2(options: ProbeOptions, sockets: ProbeSockets): Promise<Gathered> {
  const { target, signal, timeMs, pingEveryMs, onProgress } = options;
  onProgress(`whether HTTP/2 connections are ended, for ${formatSpan(timeMs / 1000)}`);
  const parts = await Promise.all([
    attempt('http2Settings', signal, () => probeHttp2Settings(target)),
    attempt('http2Watch', signal, () => watchHttp2(sockets, target, http2Request(options), timeMs, signal)),
    pingEveryMs === null
      ? nothing
      : attempt('pings', signal, () => probePings(sockets, target, pingEveryMs, signal)),
  ]);
  return mergeGathered(parts);
}

/** A gRPC message of no bytes: the health of the server as a whole. */
const HEALTH = '/grpc.health.v1.Health/Check';

function http2Request({ target, request, grpc }: ProbeOptions): OutgoingHttpHeaders {
  const fields = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  if (!grpc) return { ...fields, ':method': 'GET', ':path': target.path };
  return {
    ...fields,
    ':method': 'POST',
    ':path': HEALTH,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
}

/**
 * What a probe saw, or why it saw nothing.
 *
 * @param signal once it is aborted connections end by our own doing, and nothing counts; null: the probe sees to that
 */
async function attempt<N extends FactName>(
  name: N,
  signal: AbortSignal | null,
  probe: () => Promise<Facts[N]>,
): Promise<Gathered> {
  try {
    const seen = await probe();
    signal?.throwIfAborted();
    return { facts: { [name]: seen }, failed: {} };
  } catch (error) {
    if (signal?.aborted === true || isAbort(error)) return failedTo(name, 'probing was ended by hand');
    return failedTo(name, `probing: ${escapeText(error instanceof Error ? error.message : String(error))}`);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
