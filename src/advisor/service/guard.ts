import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads numbers of process groups, a line each, `-` for none; when its input ends, which it does however we end, it
 * ends the last one: SIGTERM, and SIGKILL after the grace.
 */
const SCRIPT = `
while IFS= read -r line; do group=$line; done
[ -n "$group" ] && [ "$group" != - ] || exit 0
kill -TERM -"$group" 2>/dev/null || exit 0
for _ in $(seq "$1"); do
  kill -0 -"$group" 2>/dev/null || exit 0
  sleep 1
done
kill -KILL -"$group" 2>/dev/null
`;

/** Ends what we started when we cannot do it any more: killed, crashed, out of memory. */
export interface Guard {
  /** @param group to be ended when we end; null: none */
  readonly watch: (group: number | null) => void;
  /** Lets it end. */
  readonly close: () => void;
  /** It has ended. */
  readonly closed: Promise<void>;
}

/** A small process of its own, in a session of its own, so that no Ctrl-C reaches it. */
export function startGuard(graceMs: number): Guard {
  const seconds = String(Math.max(1, Math.ceil(graceMs / 1000)));
  const child: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT, 'zipfire-guard', seconds], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  });
  // Without it there are still the handlers of our own end.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  child.unref();
  return {
    watch: (group) => {
      child.stdin?.write(`${group ?? '-'}\n`);
    },
    close: () => {
      child.stdin?.end('-\n');
    },
    closed,
  };
}
