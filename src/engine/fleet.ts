import { Worker } from 'node:worker_threads';
import { type Plan, ZipfireError } from '../core/index.js';
import type { Whereabouts } from '../drivers/resolve.js';
import type { LogOptions } from './log/log.js';
import type { FromWorker, PhaseReport, PhaseSpec, ToWorker, WorkerData } from './messages.js';

/** Given to the workers before the start, so that all of them have it when the phase begins. */
const START_LEAD_NS = 20e6;
/** How long a worker may take to close its sockets before it is ended. */
const CLOSE_WITHIN_MS = 5000;

type Message<Type extends FromWorker['type']> = Extract<FromWorker, { type: Type }>;

/** The workers of a run, as one. Whatever kills one of them ends the run with an error that says so. */
export class Fleet {
  readonly #workers: readonly Worker[];
  readonly #exits: readonly Promise<void>[];
  readonly #onMessage: (message: FromWorker) => void;
  #waiting: { readonly type: FromWorker['type']; readonly take: (message: FromWorker) => void } | null = null;
  #failure: ZipfireError | null = null;
  #fail: (error: ZipfireError) => void = () => {};
  #closing = false;
  #ready = false;

  /**
   * @param onMessage hears every message as it comes
   * @param log what the workers write down together; null: nothing
   * @param entry what the threads run
   */
  constructor(
    plan: Plan,
    where: Whereabouts,
    onMessage: (message: FromWorker) => void,
    log: LogOptions | null = null,
    entry: URL = new URL('./worker.js', import.meta.url),
  ) {
    this.#onMessage = onMessage;
    const { workers } = plan.load;
    this.#workers = Array.from({ length: workers }, (_, worker) => {
      const data: WorkerData = { plan, worker, workers, where, log: log && share(log, workers) };
      const thread = new Worker(entry, { workerData: data, name: `zipfire-${worker}` });
      thread.on('message', (message: FromWorker) => this.#receive(message));
      thread.on('error', (error) => this.#died(worker, error));
      thread.on('exit', (code) => this.#died(worker, new Error(`it exited with code ${code}`)));
      return thread;
    });
    this.#exits = this.#workers.map(
      (worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    );
  }

  /** Resolves when every worker has its connections. */
  async ready(): Promise<void> {
    await this.#fromAll('ready', () => {});
    this.#ready = true;
  }

  /** Runs a phase on all workers, which start it together. */
  async phase(phase: PhaseSpec, nowNs: number): Promise<PhaseReport[]> {
    const done = this.#fromAll('done', () =>
      this.#send({ type: 'run', phase, startNs: nowNs + START_LEAD_NS }),
    );
    return (await done).map(({ report }) => report);
  }

  /** Has every worker's script end what it began. @throws ZipfireError `usage` when it fails */
  async teardown(): Promise<void> {
    await this.#fromAll('torn-down', () => this.#send({ type: 'teardown' }));
  }

  stop(graceMs: number): void {
    this.#send({ type: 'stop', graceMs });
  }

  /** Closes every connection and ends every thread; may be called again. */
  async close(): Promise<void> {
    const again = this.#closing;
    this.#closing = true;
    const late = setTimeout(() => this.#terminate(), CLOSE_WITHIN_MS);
    // Threads that still connect would first wait for that.
    if (this.#failure !== null || !this.#ready) this.#terminate();
    else if (!again) this.#send({ type: 'close' });
    await Promise.all(this.#exits);
    clearTimeout(late);
  }

  /** One message of a type from each worker. Rejects as soon as a worker fails. */
  #fromAll<Type extends FromWorker['type']>(type: Type, begin: () => void): Promise<Message<Type>[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure);
      const messages: Message<Type>[] = [];
      this.#fail = reject;
      this.#waiting = {
        type,
        take: (message) => {
          messages.push(message as Message<Type>);
          if (messages.length === this.#workers.length) resolve(messages);
        },
      };
      begin();
    });
  }

  #receive(message: FromWorker): void {
    if (message.type === 'failed') {
      const { code, message: text, hint } = message.error;
      this.#failed(new ZipfireError(code, text, hint));
      return;
    }
    this.#onMessage(message);
    if (message.type === this.#waiting?.type) this.#waiting.take(message);
  }

  #died(worker: number, error: Error): void {
    if (this.#closing) return;
    const hint = 'nothing of this run can be trusted; please report it with the command line';
    this.#failed(new ZipfireError('worker-died', `worker ${worker} died: ${error.message}`, hint, error));
  }

  #failed(error: ZipfireError): void {
    this.#failure ??= error;
    this.#fail(this.#failure);
  }

  #send(message: ToWorker): void {
    for (const worker of this.#workers) worker.postMessage(message);
  }

  #terminate(): void {
    for (const worker of this.#workers) void worker.terminate();
  }
}

function share({ startNs, maxChars }: LogOptions, workers: number): LogOptions {
  return { startNs, maxChars: Math.floor(maxChars / workers) };
}
