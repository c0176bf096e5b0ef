import { type CgroupLevel, cpusOf, tightestCpu } from '../../observe/cgroup.js';
import type { Facts } from '../facts.js';
import { lastView } from './process.js';

/** How much CPU a process may have. */
export interface CpuBudget {
  /** By the tightest quota of its groups; null: none has one. */
  readonly quotaCpus: number | null;
  /** The group with that quota. */
  readonly level: CgroupLevel | null;
  /** Whether that group is not its own but one above it. */
  readonly isAncestor: boolean;
  /** CPUs that it may run on, whatever the quota. */
  readonly allowedCpus: number;
}

/** Null without a look at the process. */
export function cpuBudget({ process }: Partial<Pick<Facts, 'process'>>): CpuBudget | null {
  const view = process === undefined ? null : lastView(process);
  if (process === undefined || view === null) return null;
  const tightest = tightestCpu(view.cgroups);
  // The first of the levels that have CPU figures at all is its own group.
  const own =
    view.cgroups.find((level) => level.cpuPeriodUs !== null || level.periods !== null) ?? view.cgroups[0];
  const ownCpus = own === undefined ? null : cpusOf(own);
  return {
    quotaCpus: tightest?.cpus ?? null,
    level: tightest?.level ?? null,
    isAncestor: tightest !== null && (ownCpus === null || ownCpus > tightest.cpus),
    allowedCpus: process.allowedCpus ?? process.hostCpus,
  };
}

/** CPUs that it can really use: quota and affinity together. */
export function usableCpus({ quotaCpus, allowedCpus }: CpuBudget): number {
  return Math.min(quotaCpus ?? Number.POSITIVE_INFINITY, allowedCpus);
}
