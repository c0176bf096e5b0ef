import { lookup } from 'node:dns/promises';
import os from 'node:os';
import { systemFiles } from '../../observe/system-files.js';
import type { Gatherer } from './gatherer.js';
import type { ProcessView } from './process/facts.js';
import { type NetworkSettings, readNetworkSettings } from './process/network.js';
import { readAllowedCpus, readOpenFilesLimit, readView } from './process/read.js';

/** How the generator itself fared: what it was given, and what it took. */
export interface GeneratorFacts {
  /** CPUs that it may use. */
  readonly cpus: number;
  /** CPUs of this machine. Artifacts of the first versions do not have it. */
  readonly hostCpus?: number;
  /** Which of them it may run on (`Cpus_allowed_list`): `0,2-3`. Null, or not there: not known. */
  readonly cpuList?: string | null;
  /** Whether the target runs on this machine, too; null: its name could not be resolved. */
  readonly sharesHost: boolean | null;
  readonly openFilesLimit: number | null;
  readonly network: NetworkSettings;
  /** Of our own process; empty on others than Linux. */
  readonly views: readonly ProcessView[];
  /** CPU time of the whole machine, a view each. */
  readonly hostViews: readonly HostView[];
}

export interface HostView {
  /** Milliseconds, since the machine began, of all its CPUs together. */
  readonly busyMs: number;
  readonly idleMs: number;
}

const MOST_VIEWS = 120;

/** @param host that the load goes to; null: a unix socket, or none */
export function gatherGenerator(host: string | null): Gatherer {
  const views: ProcessView[] = [];
  const hostViews: HostView[] = [];
  const startMs = performance.now();
  let sharesHost: boolean | null = host === null ? true : null;
  const look = () => {
    const view = readView('self', Math.round(performance.now() - startMs), true, systemFiles);
    if (view !== null) views.push(view);
    hostViews.push(hostView());
  };
  return {
    start: async () => {
      if (host !== null) sharesHost = await isOwnHost(host);
      look();
    },
    poll: async () => {
      if (hostViews.length <= MOST_VIEWS) look();
    },
    finish: async () => {
      look();
      const generator: GeneratorFacts = {
        cpus: os.availableParallelism(),
        hostCpus: os.cpus().length,
        cpuList: readAllowedCpus('self', systemFiles),
        sharesHost,
        openFilesLimit: readOpenFilesLimit(systemFiles.read('/proc/self/limits')),
        network: readNetworkSettings(true, systemFiles),
        views,
        hostViews,
      };
      return { facts: { generator }, failed: {} };
    },
  };
}

function hostView(): HostView {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of os.cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, idleMs };
}

async function isOwnHost(host: string): Promise<boolean | null> {
  try {
    const addresses = await lookup(host, { all: true });
    const own = new Set(
      Object.values(os.networkInterfaces()).flatMap((each) => each?.map(({ address }) => address)),
    );
    return addresses.some(({ address }) => own.has(address) || /^(127\.|::1$|::ffff:127\.)/.test(address));
  } catch {
    return null;
  }
}
