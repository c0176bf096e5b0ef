import type { CgroupLevel } from '../../../observe/cgroup.js';
import type { Listener, NetworkSettings, NetworkView } from './network.js';

/** What `--pid` saw of a process on this machine. */
export interface ProcessFacts {
  readonly pid: number;
  /** It was started for the load, and ended after it. */
  readonly started?: boolean;
  /** Path of the program; null where it is not ours to read. */
  readonly exe: string | null;
  /** By the program's name; null: none of those known. */
  readonly runtime: 'node' | 'java' | 'nginx' | 'envoy' | 'haproxy' | null;
  /** Flags on its command line that tune a runtime: `-Xmx512m`, `--max-old-space-size=512`. */
  readonly flags: readonly string[];
  /** Variables that tune a runtime, as it was started with them. */
  readonly environment: Readonly<Record<string, string>>;
  /** What of it belongs to another user; absent where all could be read. */
  readonly unreadable?: readonly ('environment' | 'open files')[];
  /** CPUs that it may run on (`Cpus_allowed_list`); null: not known. */
  readonly allowedCpus: number | null;
  /** Which they are: `0,2-3`. Artifacts of the first versions do not have it. */
  readonly cpuList?: string | null;
  /** CPUs of the machine. */
  readonly hostCpus: number;
  /** Memory of the machine, at the beginning; null or absent: not known. */
  readonly machineMemory?: { readonly totalBytes: number; readonly availableBytes: number } | null;
  /** Soft limit of open files; null: none, or not known. */
  readonly openFilesLimit: number | null;
  readonly network: NetworkSettings;
  readonly listeners: readonly Listener[];
  /** Before, about once a second under, and after the load. */
  readonly views: readonly ProcessView[];
}

export interface ProcessView {
  /** Milliseconds since the first view. */
  readonly atMs: number;
  /** Clock ticks after boot at which it started: another number is another process. */
  readonly startTicks: number;
  readonly cpuSeconds: number;
  /** Time that its threads waited for a CPU, in all; null: there are too many of them, or the kernel does not say. */
  readonly cpuWaitSeconds: number | null;
  /** CPU time of its first thread, and what that waited for a CPU: of Node the event loop's. Null: not known. */
  readonly mainThreadSeconds: number | null;
  readonly threads: number;
  readonly residentBytes: number | null;
  readonly openFiles: number | null;
  readonly cgroups: readonly CgroupLevel[];
  readonly tcp: NetworkView;
}
