import { tightestMemory } from '../../observe/cgroup.js';
import type { Facts } from '../facts.js';
import { typicalGauge } from '../gather/metrics/series.js';
import { lastView } from './process.js';

/** The tightest memory limit of a process's groups; null: none, or it was not looked at. */
export function memoryLimit({
  process,
}: Partial<Pick<Facts, 'process'>>): { bytes: number; path: string } | null {
  const view = process === undefined ? null : lastView(process);
  const tightest = view === null ? null : tightestMemory(view.cgroups);
  return tightest === null ? null : { bytes: tightest.bytes, path: tightest.level.path };
}

/** Bytes that a Go program holds of the system, as GOMEMLIMIT counts them; null: not known. */
export function goMemory({ metrics }: Partial<Pick<Facts, 'metrics'>>): number | null {
  if (metrics === undefined) return null;
  const gauge = (name: string) => typicalGauge(metrics, name);
  const total = gauge('go_memory_classes_total_bytes') ?? gauge('go_memstats_sys_bytes');
  const released = gauge('go_memory_classes_heap_released_bytes') ?? gauge('go_memstats_heap_released_bytes');
  return total === null || released === null ? null : total - released;
}

/** Bytes of memory in use, by the program or the kernel; null: not known. */
export function residentMemory({
  metrics,
  process,
}: Partial<Pick<Facts, 'metrics' | 'process'>>): number | null {
  const view = process === undefined ? null : lastView(process);
  if (view?.residentBytes != null) return view.residentBytes;
  return metrics === undefined ? null : typicalGauge(metrics, 'process_resident_memory_bytes');
}
