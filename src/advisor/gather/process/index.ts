import { execFile } from 'node:child_process';
import os from 'node:os';
import { type SystemFiles, systemFiles } from '../../../observe/system-files.js';
import { failedTo, type Gatherer } from '../gatherer.js';
import type { ProcessFacts, ProcessView } from './facts.js';
import { readBacklogs } from './network.js';
import { readSettings, readView, sharesNetwork } from './read.js';

const SS_TIMEOUT_MS = 3000;
const MOST_VIEWS = 120;

/** Looks at a process of this machine by procfs. On others than Linux it says that it can't. */
export function gatherProcess(pid: number, files = systemFiles): Gatherer {
  const views: ProcessView[] = [];
  let settings: Omit<ProcessFacts, 'views'> | null = null;
  let ended = false;
  const startMs = performance.now();
  const ownNetwork = sharesNetwork(pid, files);
  const look = () => {
    const view = readView(pid, Math.round(performance.now() - startMs), ownNetwork, files);
    if (view === null) ended = views.length > 0;
    else views.push(view);
  };
  const readAll = async () => {
    const backlogs = readBacklogs(ownNetwork ? await listSockets() : '');
    settings = readSettings(pid, ownNetwork, backlogs, os.cpus().length, files);
  };
  return {
    start: async () => {
      look();
      if (views.length > 0) await readAll();
    },
    poll: async () => {
      if (views.length > 0 && views.length <= MOST_VIEWS) look();
    },
    finish: async () => {
      if (settings === null) return failedTo('process', whyNot(pid, files));
      look();
      const reason = whyPart(settings, ended);
      return {
        facts: { process: { ...settings, views } },
        failed: reason === null ? {} : { process: reason },
      };
    },
  };
}

/** Why not all of it is known; null: it is. */
function whyPart({ pid, unreadable = [] }: Omit<ProcessFacts, 'views'>, ended: boolean): string | null {
  if (ended) return `process ${pid} ended while it was looked at: what is known is of the time before`;
  if (unreadable.length === 0) return null;
  return `process ${pid}: its ${unreadable.join(' and ')} are not ours to read; run as its user`;
}

function whyNot(pid: number, files: SystemFiles): string {
  if (os.platform() !== 'linux') return `process ${pid}: only Linux shows what --pid looks at (procfs)`;
  if (/^State:\s+[ZX]/m.test(files.read(`/proc/${pid}/status`) ?? ''))
    return `process ${pid} has ended, and waits for its parent to ask how (a zombie)`;
  return `process ${pid} is not there, or not ours to look at; run as its user`;
}

/** Empty where there is no `ss`: then no backlog is known. */
function listSockets(): Promise<string> {
  return new Promise((resolve) => {
    execFile('ss', ['-ltnH'], { timeout: SS_TIMEOUT_MS, maxBuffer: 4 * 2 ** 20 }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    );
  });
}
