import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ZipfireError } from '../../core/index.js';

/**
 * Reads numbers of process groups, a line each, `-` for none, and says each when it knows it. When its input ends,
 * which it does however we end, it ends the last one: SIGTERM, and SIGKILL after the grace. An answer that nobody
 * hears any more is no reason to go.
 */
const SCRIPT = `
trap '' PIPE
while IFS= read -r line; do group=$line; echo "$line"; done
[ -n "$group" ] && [ "$group" != - ] || exit 0
kill -TERM -"$group" 2>/dev/null || exit 0
for _ in $(seq "$1"); do
  kill -0 -"$group" 2>/dev/null || exit 0
  sleep 1
done
kill -KILL -"$group" 2>/dev/null
`;

/** Whoever ends guards again and again does not want one. */
const MOST_STARTS = 8;

/** Ends what we started when we cannot do it any more: killed, crashed, out of memory. */
export interface Guard {
  /**
   * @param group to be ended when we end, instead of the one before
   * @throws ZipfireError `internal` when there is no guard to be had
   */
  readonly watch: (group: number) => Promise<void>;
  /** There is none to be ended any more. */
  readonly release: () => void;
  /** Lets it end. */
  readonly close: () => void;
  /** It has ended. */
  readonly closed: Promise<void>;
}

/** The process may be ended by others, so it has a number only while it lives. */
export interface GuardProcess extends Guard {
  readonly pid: () => number | undefined;
}

/** A small process of its own, in a session of its own, so that no Ctrl-C and no hang-up reaches it. */
export function startGuard(graceMs: number): GuardProcess {
  return new ShellGuard(Math.max(1, Math.ceil(graceMs / 1000)));
}

interface Waiting {
  readonly group: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class ShellGuard implements GuardProcess {
  readonly closed: Promise<void>;
  readonly #graceSec: number;
  /** Null: it cannot be had. */
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  #group: number | null = null;
  #waiting: Waiting | null = null;
  #starts = 0;
  #closing = false;
  #gone: () => void = () => {};

  constructor(graceSec: number) {
    this.#graceSec = graceSec;
    this.closed = new Promise((resolve) => {
      this.#gone = resolve;
    });
    this.#start();
  }

  readonly pid = (): number | undefined => this.#child?.pid;

  readonly watch = (group: number): Promise<void> => {
    this.#group = group;
    return new Promise((resolve, reject) => {
      this.#waiting = { group, resolve, reject };
      if (this.#child === null) this.#giveUp();
      else this.#say(group);
    });
  };

  readonly release = (): void => {
    this.#group = null;
    this.#say(null);
  };

  readonly close = (): void => {
    this.#closing = true;
    if (this.#child === null) this.#gone();
    else this.#child.stdin.end('-\n');
  };

  #say(group: number | null): void {
    this.#child?.stdin.write(`${group ?? '-'}\n`);
  }

  /** A first one, and another one for what runs when somebody ended it, or it could not be had. */
  #start(): void {
    this.#child = null;
    if (this.#starts++ < MOST_STARTS)
      try {
        this.#child = this.#spawn();
      } catch {
        // No process, no memory: told by whoever needs it.
      }
    if (this.#child === null) this.#giveUp();
    else if (this.#group !== null) this.#say(this.#group);
  }

  #spawn(): ChildProcessByStdio<Writable, Readable, null> {
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'zipfire-guard', String(this.#graceSec)], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    });
    // One that could not be started is closed, too.
    child.on('error', () => {});
    child.once('close', () => (this.#closing ? this.#gone() : this.#start()));
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => this.#onLine(line));
    // It lives as long as we do, and not the other way round.
    child.unref();
    for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
    return child;
  }

  #onLine(line: string): void {
    const waiting = this.#waiting;
    if (waiting === null || line !== String(waiting.group)) return;
    this.#waiting = null;
    waiting.resolve();
  }

  #giveUp(): void {
    this.#waiting?.reject(
      new ZipfireError(
        'internal',
        'the guard that ends the service when zipfire is killed cannot be kept running',
        '--exec needs /bin/sh, and room for one more process',
      ),
    );
    this.#waiting = null;
  }
}
