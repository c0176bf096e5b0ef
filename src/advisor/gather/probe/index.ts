import type { Target } from '../../../core/index.js';
import type { FactName, Gathered } from '../../facts.js';
import { mergeGathered } from '../gatherer.js';
import { probeHandshake } from './handshake.js';
import { probeHttp2Settings } from './http2-settings.js';

/**
 * What a load is judged with besides its own figures: a few connections, made before it, and no request. The probes
 * of `--probe` stand beside these.
 *
 * @param http2 whether the load speaks HTTP/2
 */
export async function probeForLoad(target: Target, http2: boolean): Promise<Gathered> {
  const probes: Promise<Gathered>[] = [];
  if (target.tls !== null) probes.push(attempt('handshake', () => probeHandshake(target)));
  if (http2) probes.push(attempt('http2Settings', () => probeHttp2Settings(target)));
  return mergeGathered(await Promise.all(probes));
}

async function attempt(name: FactName, probe: () => Promise<unknown>): Promise<Gathered> {
  try {
    return { facts: { [name]: await probe() }, failed: {} };
  } catch (error) {
    return { facts: {}, failed: { [name]: error instanceof Error ? error.message : String(error) } };
  }
}
