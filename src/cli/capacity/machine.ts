/**
 * What the machine was busy with before any load was sent: then neither the generator nor a service beside it has the CPUs
 * to itself, and a limit may be the machine's.
 *
 * @param load tasks that ran or wanted to, on average over the last minute (`os.loadavg`); 0 where that is not known
 */
export function machineWarnings(load: number, cpus: number): string[] {
  if (load <= cpus) return [];
  return [
    `the machine was busy before it began, with ${load.toFixed(1)} tasks on ${cpus} CPUs on average: what is found may be its limit, and not the service's`,
  ];
}
