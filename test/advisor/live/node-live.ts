import { fileURLToPath } from 'node:url';
import type { Advice } from '#zipfire/core/index.js';
import type { RunFlags } from '#zipfire/profile/index.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, type Live } from './advised.js';
import type { NodeSettings } from './node-target.js';

const script = fileURLToPath(new URL('node-target.js', import.meta.url));

interface Start {
  readonly settings?: NodeSettings;
  /** Of node. */
  readonly flags?: readonly string[];
  /** Of open files. */
  readonly limit?: number;
}

export interface NodeCase {
  readonly name: string;
  readonly ids: readonly string[];
  readonly broken: Start;
  readonly mended: Start;
  readonly load: RunFlags;
  readonly metrics?: boolean;
  /** Of `--probe`, in camel case. */
  readonly probe?: Readonly<Record<string, string>>;
  /** Why the fault cannot be had here; false: it can. */
  readonly only?: () => string | false;
}

export async function startNode(
  { settings = {}, flags = [], limit }: Start,
  withMetrics: boolean,
): Promise<Live & { stop(): Promise<void> }> {
  const command = [process.execPath, ...flags, script, JSON.stringify(settings)];
  const limited =
    limit === undefined ? command : ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', ...command];
  const { pid, line, stop } = await startWithStdin(limited[0] ?? '', limited.slice(1));
  const url = `${settings.speaks === 'h2c' ? 'h2c' : (settings.speaks ?? 'http').replace('pieces', 'http')}://127.0.0.1:${line}/`;
  return { url, pid, stop, ...(withMetrics ? { metrics: `http://127.0.0.1:${line}/metrics` } : {}) };
}

export async function adviseOnNode(
  start: Start,
  { load, metrics = false, probe }: NodeCase,
): Promise<Advice> {
  const live = await startNode(start, metrics);
  try {
    return await adviseOn(live, load, probe === undefined ? {} : { probe: true, ...probe });
  } finally {
    await live.stop();
  }
}
