import {
  type Gathered,
  type Gatherer,
  gatherExpvar,
  gatherFiles,
  gatherGenerator,
  gatherMetrics,
  gatherProcess,
  mergeGathered,
  observe,
  probeForLoad,
} from '../../advisor/index.js';
import type { Plan } from '../../core/index.js';
import { redactUrl } from '../../profile/index.js';
import type { SourceFlags } from './flags.js';
import { probeShown } from './probe.js';

/**
 * Gathers all that flags name, while `work` runs; probes are before it.
 *
 * @param plan what `work` runs; null: nothing that we know of
 * @param alone probes are all that there is to it
 */
export async function gatherAround<T>(
  sources: SourceFlags,
  plan: Plan | null,
  work: () => Promise<T>,
  quiet: boolean,
  alone = false,
): Promise<{ readonly value: T; readonly gathered: Gathered; readonly interrupted: boolean }> {
  const files = sources.files.length === 0 ? null : await gatherFiles(sources.files);
  const probed = plan === null ? null : await probeForLoad(plan.target, speaksHttp2(plan));
  const asked =
    plan === null || sources.probe === null ? null : await probeShown(plan, sources.probe, quiet, alone);
  const { value, gathered } = await observe(gatherersOf(sources, plan), work);
  const parts = [files, probed, asked?.gathered ?? null, gathered].filter((part) => part !== null);
  return { value, gathered: mergeGathered(parts), interrupted: asked?.interrupted ?? false };
}

function gatherersOf({ metrics, expvar, pid }: SourceFlags, plan: Plan | null): Gatherer[] {
  return [
    ...(metrics === null ? [] : [gatherMetrics(metrics, redactUrl(metrics))]),
    ...(expvar === null ? [] : [gatherExpvar(expvar, redactUrl(expvar))]),
    ...(pid === null ? [] : [gatherProcess(pid)]),
    ...(plan === null ? [] : [gatherGenerator(plan.target.socketPath === null ? plan.target.host : null)]),
  ];
}

/** Over TLS `auto` is chosen by ALPN, and most who offer it choose HTTP/2; one who doesn't says so in the probe. */
function speaksHttp2({ load, target }: Plan): boolean {
  if (load.driver === 'grpc' || load.http === '2') return true;
  return load.http === 'auto' && target.tls !== null;
}
