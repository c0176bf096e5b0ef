import { Worker } from 'node:worker_threads';
import { ZipfireError } from '../core/index.js';
import { resolveTargetOptions } from './check-options.js';
import { Counters } from './counters.js';
import type { Place } from './listen.js';
import type { TargetOptions } from './options.js';
import type { TargetHandle } from './target.js';
import { type FromThread, fromPlainError, type ThreadData, type ToThread } from './thread-protocol.js';

const entryPoint = new URL('./thread-main.js', import.meta.url);

/** Beyond `closeGraceMs`, for a thread that is blocked. */
const TERMINATE_MS = 2_000;

/**
 * Starts the service in a thread of its own, so that it does not share an event loop with its caller.
 * The handle is that of `startTarget`; its counters are read from shared memory, even while the thread is blocked.
 *
 * @param entry the thread's module; a test hands in one that dies
 * @throws ZipfireError as `startTarget` does, and `worker-died` when the thread ends before it listens
 */
export async function startTargetThread(
  given: Partial<TargetOptions> = {},
  entry: URL = entryPoint,
): Promise<TargetHandle> {
  const options = resolveTargetOptions(given);
  const counters = new Counters();
  const workerData: ThreadData = { options, memory: counters.memory };
  const worker = new Worker(entry, { workerData, name: 'zipfire-target' });

  let closing = false;
  const ended = endOf(worker, () => closing);
  // Whoever only starts and closes need not watch it.
  ended.catch(() => {});
  const place = await Promise.race([placeOf(worker), ended.then(neverReady)]);

  const close = async (): Promise<void> => {
    closing = true;
    const message: ToThread = { kind: 'close' };
    worker.postMessage(message);
    const timer = setTimeout(() => void worker.terminate(), options.closeGraceMs + TERMINATE_MS);
    await ended.finally(() => clearTimeout(timer));
  };
  return {
    ...place,
    get counters() {
      return counters.snapshot();
    },
    close,
    ended,
  };
}

/** Where the target listens, once the thread says so. */
function placeOf(worker: Worker): Promise<Place> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: FromThread) => {
      if (message.kind === 'ready') resolve(message.place);
      else reject(fromPlainError(message.error));
    });
  });
}

/** Resolves when the thread has ended as it was told to, and rejects when it ended on its own. */
function endOf(worker: Worker, isClosing: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let cause: unknown;
    worker.once('error', (error) => {
      cause = error;
    });
    worker.once('exit', (code) => {
      if (isClosing() && cause === undefined) resolve();
      else reject(died(code, cause));
    });
  });
}

function died(code: number, cause: unknown): ZipfireError {
  const reason = cause instanceof Error ? cause.message : `exit code ${code}`;
  return new ZipfireError('worker-died', `the target's thread has died: ${reason}`, undefined, cause);
}

function neverReady(): never {
  throw new ZipfireError('worker-died', "the target's thread ended before it listened");
}
