import { resolve } from 'node:path';
import {
  nowNs,
  type Plan,
  type Script,
  type ScriptContext,
  type ScriptRequest,
  type ScriptResponse,
  uniform53,
  usageError,
  ZipfireError,
} from '../../core/index.js';
import { contextOf, planKeys } from '../plan-context.js';
import { placeIn, scriptFailure } from './failure.js';
import { loadScript } from './load.js';

const RANDOM_STREAM = 0x73637270;
/** How long `setup` and `teardown` may take: a run must come to its end. */
const MAX_WAIT_MS = 60_000;

/** A worker's script: its hooks, what they may go by, and the time they take. */
export class RunningScript {
  readonly #file: string;
  readonly #hooks: Script;
  readonly #context: ScriptContext;
  #spentNs = 0;

  private constructor(file: string, hooks: Script, context: ScriptContext) {
    this.#file = file;
    this.#hooks = hooks;
    this.#context = context;
  }

  /** The plan's script, set up; null when it has none. @throws ZipfireError `usage` */
  static async start(plan: Plan, worker: number, workers: number): Promise<RunningScript | null> {
    if (plan.script === undefined) return null;
    const file = resolve(plan.script);
    const script = new RunningScript(file, await loadScript(file), contextFor(plan, worker, workers));
    await script.#wait('setup');
    return script;
  }

  /** Whether it looks at responses. */
  get judges(): boolean {
    return this.#hooks.response !== undefined;
  }

  /** Counts time that a request took to be made. */
  spent(ns: number): void {
    this.#spentNs += ns;
  }

  /** Time that requests took to be made, and responses to be judged, since it was last asked. */
  takeSpentNs(): number {
    const spentNs = this.#spentNs;
    this.#spentNs = 0;
    return spentNs;
  }

  /** @returns null: the operation as it is */
  request(hit: number, operation: string): ScriptRequest | null {
    if (this.#hooks.request === undefined) return null;
    try {
      const request = this.#hooks.request(this.#context, hit, operation) ?? null;
      if (request !== null) this.#checkObject(request);
      return request;
    } catch (error) {
      throw this.#failure(error, 'request');
    }
  }

  response(response: ScriptResponse): 'ok' | 'error' | null {
    const startNs = nowNs();
    try {
      const judged: unknown = this.#hooks.response?.(this.#context, response) ?? null;
      if (judged === null || judged === 'ok' || judged === 'error') return judged;
      this.#refusePromise(judged, 'response');
      throw new Error("response returns 'ok', 'error' or nothing");
    } catch (error) {
      throw this.#failure(error, 'response');
    } finally {
      this.#spentNs += nowNs() - startNs;
    }
  }

  async teardown(): Promise<void> {
    await this.#wait('teardown');
  }

  /** An error that came out of the script by a way of its own: a timer, a promise that nobody waits for. */
  explain(error: Error): Error {
    const isOurs = error instanceof ZipfireError || placeIn(error, this.#file) === null;
    return isOurs ? error : this.#failure(error, 'a callback');
  }

  /** What `request` returned is wrong. */
  refuse(message: string, hint?: string): ZipfireError {
    return usageError(`${this.#file}: request: ${message}`, hint);
  }

  async #wait(hook: 'setup' | 'teardown'): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const tooLong = new Error(`${hook} took longer than ${MAX_WAIT_MS / 1000} s`);
      timer = setTimeout(() => reject(tooLong), MAX_WAIT_MS);
    });
    try {
      await Promise.race([this.#hooks[hook]?.(this.#context), late]);
    } catch (error) {
      throw this.#failure(error, hook);
    } finally {
      clearTimeout(timer);
    }
  }

  #checkObject(request: unknown): void {
    this.#refusePromise(request, 'request');
    if (typeof request === 'object' && !Array.isArray(request)) return;
    throw this.refuse('expected { method, path, headers, body }, or null');
  }

  #refusePromise(returned: unknown, hook: string): void {
    if (typeof Object(returned).then !== 'function') return;
    throw usageError(
      `${this.#file}: ${hook} returned a promise`,
      'it must return at once, while a request is due; do in setup what has to be waited for',
    );
  }

  #failure(error: unknown, hook: string): ZipfireError {
    return error instanceof ZipfireError ? error : scriptFailure(error, this.#file, hook);
  }
}

function contextFor(plan: Plan, worker: number, workers: number): ScriptContext {
  const { keys } = contextOf(plan, worker, planKeys(plan));
  return {
    target: plan.target.url,
    seed: plan.seed,
    worker,
    workers,
    key(name, hit) {
      const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
      if (key === undefined) throw new Error(`no keys "${name}"; there are: ${Object.keys(keys).join(', ')}`);
      return key(hit);
    },
    random: (hit, draw = 0) => uniform53(plan.seed, RANDOM_STREAM, hit, draw),
  };
}
