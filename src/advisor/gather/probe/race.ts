import { converse, type Prober } from './prober.js';

/** Requests sent around the moment at which the server closes an idle connection. */
export interface RaceFacts {
  /** Requests that were written to a connection that looked open. */
  readonly sent: number;
  readonly answered: number;
  /** Written, and the connection closed without a byte of a response: the client cannot know whether it counted. */
  readonly lost: number;
}

const STEP_MS = 2;

/** A connection each 2 ms, from well before the moment to just after it. @param atMs after the last response */
export async function probeRace(
  prober: Prober,
  atMs: number,
  connections: number,
  signal: AbortSignal,
): Promise<RaceFacts> {
  const count = { sent: 0, answered: 0, lost: 0 };
  const leads = Array.from({ length: connections }, (_, i) => (i - 2) * STEP_MS);
  await Promise.allSettled(
    leads.map(async (leadMs) => {
      const { talk } = await converse(prober);
      try {
        const first = await talk.ask(prober.request, prober.timeoutMs);
        if (first.kind !== 'answered' || !first.keepAlive) return;
        const idleMs = Math.max(0, atMs - leadMs - (performance.now() - first.atMs));
        if ((await talk.untilClosed(idleMs)) !== null || signal.aborted) return;
        const reply = await talk.ask(prober.request, prober.timeoutMs);
        if (signal.aborted || (reply.kind === 'closed' && reply.beforeRequest)) return;
        count.sent++;
        if (reply.kind === 'answered') count.answered++;
        else count.lost++;
      } finally {
        talk.destroy();
      }
    }),
  );
  return count;
}
