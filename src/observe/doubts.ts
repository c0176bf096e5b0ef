import type { MissingSignal, Slices } from '../core/index.js';

/** Fewer responses prove nothing. */
const LEAST_ANSWERED = 1000;
/** CPU time that a response takes whoever gives it: nginx takes some 5 µs, the kernel's part included. */
const LEAST_US = 0.5;

/**
 * Whether those looked at can be the service: one that answers uses CPU time. Of a proxy's port, a container's
 * supervisor or the wrong number every second is a quiet one, and proves nothing.
 */
export function strangers(slices: Slices, processes: number): MissingSignal | null {
  const total = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const known = slices.cpuMs.map((value) => value !== null);
  const answered = total(slices.answered.filter((_, i) => known[i]));
  if (answered < LEAST_ANSWERED || (1000 * total(slices.cpuMs)) / answered >= LEAST_US) return null;
  const who = processes === 1 ? 'the process' : `the ${processes} processes`;
  return {
    signal: 'process',
    why: `${who} used next to no CPU time while ${Math.round(answered)} responses came: who serves is another one (--pid-of-port, or the --pid of that)`,
  };
}

/** Programs without a collector. */
const COLLECTS_NOTHING = new Set(['nginx', 'envoy', 'haproxy', 'redis-server']);
/** What a metrics page calls pauses, and what makes such a page. */
const PAGES: Readonly<Record<string, string>> = {
  node: 'prom-client has nodejs_gc_duration_seconds in its default metrics',
  java: 'Micrometer has jvm_gc_pause_seconds, the JMX client jvm_gc_collection_seconds',
};
const ANY_PAGE =
  'client_golang has go_gc_duration_seconds, prom-client nodejs_gc_duration_seconds, Micrometer jvm_gc_pause_seconds';

/** What would tell of pauses where nothing did. */
export function unseenPauses(runtime: string | null): MissingSignal | null {
  if (runtime !== null && COLLECTS_NOTHING.has(runtime)) return null;
  const pages = PAGES[runtime ?? ''] ?? ANY_PAGE;
  return { signal: 'gcMs', why: `a process alone does not tell: give its metrics page, --scrape (${pages})` };
}
