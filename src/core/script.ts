/**
 * A script: what templates cannot say, as a module of JavaScript or TypeScript. Every export is optional.
 *
 * ```ts
 * import type { Script } from 'zipfire';
 * export const request: Script['request'] = ({ key }, hit) => ({ path: `/kv/${key('user', hit)}` });
 * ```
 *
 * Each worker has a module of its own, so variables of the module are that worker's alone.
 */
export interface Script {
  /** URL that `zipfire run script.mjs` loads, where `--target` does not say another. */
  readonly target?: string;
  /** Before the worker's connections are made. The run waits for it. */
  setup?(context: ScriptContext): void | Promise<void>;
  /**
   * Before each request of the warm-up and the measurement. It must return at once, so not a promise.
   * @param hit number of the request, from 0; in the warm-up from 2^52 on. A script whose requests follow from it
   *   alone sends the same with any number of workers
   * @param operation name of the operation whose turn it is
   * @returns what differs from the operation; null or nothing: nothing does
   */
  request?(context: ScriptContext, hit: number, operation: string): ScriptRequest | null | undefined;
  /**
   * After each whole response, of requests of the warm-up and the measurement. It must return at once too.
   * @returns what the response counts as; nothing: what its status says
   */
  response?(context: ScriptContext, response: ScriptResponse): 'ok' | 'error' | undefined;
  /** After the last request. The run waits for it. */
  teardown?(context: ScriptContext): void | Promise<void>;
}

/** What a script may go by. */
export interface ScriptContext {
  /** URL of the target, without user and password. */
  readonly target: string;
  readonly seed: number;
  /** Which worker this is, from 0, and of how many. */
  readonly worker: number;
  readonly workers: number;
  /** The key that `{{name}}` would be in a hit. @throws for a name that no keys have */
  readonly key: (name: string, hit: number) => string;
  /** A number in [0, 1) that follows from the seed, the hit and `draw` (an integer ≥ 0, default 0). */
  readonly random: (hit: number, draw?: number) => number;
}

/** What a request has in place of what its operation says; what is left out is as the operation says. */
export interface ScriptRequest {
  readonly method?: string;
  /** Path and query, from the root of the server; what may not stand there is percent-encoded. 64 KiB at most. */
  readonly path?: string;
  /** In place of headers of the same name, or beside the others. 100 of them, 64 KiB each, at most. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, sent as UTF-8, or bytes; null: none. 16 MiB at most. */
  readonly body?: string | Uint8Array | null;
}

export interface ScriptResponse {
  readonly hit: number;
  /** Name of the operation. */
  readonly operation: string;
  readonly status: number;
  /** Head and body, as read. */
  readonly bytes: number;
  /** From the send to the last byte. */
  readonly ms: number;
}
