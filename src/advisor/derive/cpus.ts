import type { GeneratorFacts } from '../gather/generator.js';
import { readCpuList } from '../gather/process/read.js';

/** Numbers of the CPUs that the generator can be pinned to: those that it is allowed, or else the machine's. */
export function pinnableCpus({ cpus, hostCpus = cpus, cpuList }: GeneratorFacts): readonly number[] {
  const allowed = cpuList == null ? null : readCpuList(cpuList);
  // Pinned to one already, by hand most often: the others are there all the same.
  if (allowed !== null && allowed.length > 1) return allowed;
  return Array.from({ length: hostCpus }, (_, cpu) => cpu);
}

/** As `taskset -c` takes them: `0-3,8`. @param cpus ascending */
export function cpuListText(cpus: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === cpu - 1) range[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
