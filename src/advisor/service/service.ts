import {
  closeSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { escapeText, usageError, ZipfireError } from '../../core/index.js';
import { makeFolder } from '../folder.js';
import { type Ending, type ProcessGroup, startGroup } from './group.js';
import type { Guard } from './guard.js';
import { isTaken, type Place, type Readiness, waitUntilFree, waitUntilReady } from './ready.js';

/** How a service is started, and told to be ready. */
export interface ServiceSpec {
  /** Program and arguments, for the arguments of an arm. */
  readonly words: (args: readonly string[]) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly readiness: Readiness;
  /** What it listens on: free before it starts, and after it was stopped. */
  readonly places: readonly Place[];
  readonly readyMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** For the kernel, or a slow end, to free the places [10 s]. */
  readonly portsMs?: number;
  /** For a port in TIME_WAIT to be free for a service that does not set SO_REUSEADDR [65 s]. */
  readonly lingerMs?: number;
  /** Where its output goes, a file a start. */
  readonly logFolder: string;
  /** Hears what is waited for. */
  readonly tell?: (text: string) => void;
}

/** A service that runs under a setting. */
export interface Service {
  readonly pid: number;
  /** @throws ZipfireError when it has ended by itself, with the end of what it said */
  readonly check: () => void;
  /** Ends its whole group, and waits for its ports. @throws ZipfireError when something is left */
  readonly stop: () => Promise<void>;
}

const PORTS_MS = 10_000;
const TAIL_BYTES = 4096;
const TAIL_LINES = 24;
/** Linux keeps a closed connection for 60 s, others for 30. */
const LINGER_MS = 65_000;
const LINGER_POLL_MS = 1000;
const IN_USE = /EADDRINUSE|address (is )?already in use/i;
/** Of each log, its end is kept. */
const MOST_LOG_BYTES = 2 ** 20;

/**
 * Starts services one after the other, and knows the one that runs, so that whoever ends can end it.
 */
export class Starter {
  readonly #spec: ServiceSpec;
  readonly #guard: Guard;
  #running: ProcessGroup | null = null;
  #starts = 0;
  /** Unix sockets that were there before the service was started first. */
  readonly #found: ReadonlySet<string>;
  #readyMs = 0;
  #stopMs = 0;

  constructor(spec: ServiceSpec, guard: Guard) {
    this.#spec = spec;
    this.#guard = guard;
    const sockets = spec.places.flatMap(({ socketPath }) => socketPath ?? []);
    this.#found = new Set(sockets.filter(isSocket));
    makeFolder(spec.logFolder);
  }

  /**
   * Starts it under a setting, and waits until it is ready.
   *
   * @param environment on top of that of the spec
   * @param stopped whether to wait no more
   * @throws ZipfireError `usage` when it cannot be started, or something else has its port; `unreachable` when it ends
   *   or is not ready in time
   */
  async start(
    name: string,
    environment: Readonly<Record<string, string>>,
    args: readonly string[],
    stopped: () => boolean,
  ): Promise<Service> {
    const { words, env, readiness, places, readyMs } = this.#spec;
    for (const place of places)
      if (await isTaken(place))
        throw usageError(
          `something else listens on ${placeText(place)} already, and would be measured in its place`,
          'end it first, or let the service listen somewhere else: only what --exec starts is ever ended here',
        );
    const untilMs = performance.now() + (this.#spec.lingerMs ?? LINGER_MS);
    for (let told = false; ; told = true) {
      const sinceMs = performance.now();
      const log = join(this.#spec.logFolder, `${String(++this.#starts).padStart(3, '0')}.log`);
      writeFileSync(log, '');
      const group = await this.#spawn(words(args), { ...env, ...environment }, log);
      const service = {
        pid: group.pid,
        check: () => this.#check(group, name, log),
        stop: () => this.#stop(group, log),
      };
      const why = await waitUntilReady(readiness, readyMs, () => stopped() || group.ending() !== null);
      try {
        service.check();
        if (why !== null && !stopped())
          throw unready(name, `is not ready after ${readyMs / 1000} s: ${escapeText(why)}`, log);
        this.#readyMs = performance.now() - sinceMs;
        return service;
      } catch (error) {
        await service.stop();
        if (!this.#lingers(log, group.ending()) || stopped() || performance.now() >= untilMs) throw error;
      }
      if (!told)
        this.#spec.tell?.(
          'the port of the service is in TIME_WAIT, and it does not set SO_REUSEADDR: it is started again until it can have it, for about a minute',
        );
      await delay(LINGER_POLL_MS);
    }
  }

  /** Whether it could not have a port on which nobody listens, as its own last connections are not forgotten yet. */
  #lingers(log: string, ending: Ending | null): boolean {
    const tcp = this.#spec.places.every(({ socketPath }) => socketPath === null);
    return ending !== null && tcp && IN_USE.test(tailOf(log));
  }

  /** What the last start took until the service was ready, and the last stop until its ports were free. */
  get restartMs(): number {
    return this.#readyMs + this.#stopMs;
  }

  /** Ends what runs, at once: there is no time left to wait. */
  kill(): void {
    this.#running?.kill();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running !== null) await running.stop(this.#spec.graceMs);
    this.#settle();
  }

  async #spawn(words: readonly string[], env: NodeJS.ProcessEnv, log: string): Promise<ProcessGroup> {
    const file = openSync(log, 'a', 0o600);
    try {
      const group = await startGroup(words, { env, log: file, known: this.#guard.watch });
      this.#running = group;
      return group;
    } catch (error) {
      if (error instanceof ZipfireError) throw error;
      const { message: why } = error as NodeJS.ErrnoException;
      throw usageError(
        `--exec ${escapeText(words[0] ?? '', { maxLength: 200 })}: ${escapeText(why)}`,
        "give its path: --exec './server'",
      );
    } finally {
      closeSync(file);
    }
  }

  #check(group: ProcessGroup, name: string, log: string): void {
    const ending = group.ending();
    if (ending === null) return;
    const [path] = this.#spec.places.flatMap(({ socketPath }) => socketPath ?? []);
    const stale = path !== undefined && IN_USE.test(tailOf(log));
    const hint = stale
      ? `remove what an earlier one left, as nobody listens on it: rm ${escapeText(path)}`
      : ending === 'exit code 0'
        ? "a service that goes into the background is not ours to end: let it stay in the foreground (nginx -g 'daemon off;'), and end what it left"
        : undefined;
    throw unready(name, `ended by itself (${ending})`, log, hint);
  }

  async #stop(group: ProcessGroup, log: string): Promise<void> {
    const { graceMs, places, portsMs = PORTS_MS } = this.#spec;
    const sinceMs = performance.now();
    const gone = await group.stop(graceMs);
    if (!gone)
      throw new ZipfireError(
        'internal',
        `processes of group ${group.pid} do not end, not even by SIGKILL`,
        'end them yourself; what runs as another user, as by sudo, cannot be ended from here',
      );
    this.#settle();
    shorten(log);
    for (const { socketPath } of places) if (socketPath !== null) await this.#removeSocket(socketPath);
    const [left] = await waitUntilFree(places, portsMs);
    if (left !== undefined)
      throw new ZipfireError(
        'unreachable',
        `${placeText(left)} is still taken after the service was ended`,
        'it started something that left its process group (setsid, a daemon): let it stay in the foreground',
      );
    this.#stopMs = performance.now() - sinceMs;
  }

  /** A socket of its own that it left, and would not be started over again. One that was there before stays. */
  async #removeSocket(path: string): Promise<void> {
    if (this.#found.has(path) || !isSocket(path)) return;
    if (!(await isTaken({ host: '', port: 0, socketPath: path }))) rmSync(path, { force: true });
  }

  #settle(): void {
    this.#running = null;
    this.#guard.release();
  }
}

function unready(name: string, what: string, log: string, hint?: string): ZipfireError {
  const tail = tailOf(log);
  return new ZipfireError(
    'unreachable',
    `the service ${name === '' ? '' : `with ${name} `}${what}${tail === '' ? '; it said nothing' : `; the end of what it said:\n${tail}`}`,
    `${hint === undefined ? '' : `${hint}; `}all of it is in ${log}`,
  );
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

function tailOf(log: string): string {
  return readEnd(log, TAIL_BYTES)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-TAIL_LINES)
    .map((line) => `  ${escapeText(line, { maxLength: 200 })}`)
    .join('\n');
}

function readEnd(path: string, most: number): string {
  const { size } = statSync(path);
  const bytes = Buffer.alloc(Math.min(size, most));
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8');
}

/** A service that logs each request says a lot under load. */
function shorten(log: string): void {
  if (statSync(log).size <= MOST_LOG_BYTES) return;
  const end = readEnd(log, MOST_LOG_BYTES);
  truncateSync(log);
  writeFileSync(log, `(the beginning is left out)\n${end}`);
}

function placeText({ host, port, socketPath }: Place): string {
  return socketPath ?? `${host}:${port}`;
}
