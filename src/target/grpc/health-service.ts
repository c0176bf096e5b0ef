import { answer, type Exchange, type Handlers, respond, type Send } from './handler.js';
import { type Health, ServingStatus } from './health.js';
import { fail } from './status.js';

interface Watcher {
  readonly call: Exchange;
  readonly send: Send<{ readonly status: number }>;
  /** Watches a service that there is. */
  readonly isKnown: boolean;
}

/** What is known to serve: the server as a whole, by no name, and its services. */
export class HealthService {
  readonly handlers: Handlers<typeof Health>;
  readonly #names: ReadonlySet<string>;
  readonly #watchers = new Set<Watcher>();
  #isServing = true;

  constructor(serviceNames: readonly string[]) {
    this.#names = new Set(['', ...serviceNames]);
    this.handlers = {
      Check: answer(({ service }) =>
        this.#names.has(service) ? { status: this.#status } : fail('NOT_FOUND', 'there is no such service'),
      ),
      Watch: respond(({ service }, call, send) => {
        const isKnown = this.#names.has(service);
        send({ status: isKnown ? this.#status : ServingStatus.SERVICE_UNKNOWN });
        const watcher: Watcher = { call, send, isKnown };
        this.#watchers.add(watcher);
        call.onClosed = () => this.#watchers.delete(watcher);
      }),
    };
  }

  /** Tells all who ask or watch that the end is near. */
  stop(): void {
    this.#isServing = false;
    for (const { call, send, isKnown } of this.#watchers) {
      if (isKnown) send({ status: this.#status });
      call.finish(fail('UNAVAILABLE', 'the service is closing'));
    }
  }

  get #status(): number {
    return this.#isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }
}
