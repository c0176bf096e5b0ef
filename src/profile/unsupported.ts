import type { Load } from '../core/index.js';
import type { Problems } from './problems.js';
import { pathOf } from './settings.js';
import type { ParsedTarget } from './target.js';

/**
 * Refuses what a plan can say and no driver can do yet. This is the one place that knows: when a driver
 * learns it, its line goes.
 */
export function refuseUnsupported(target: ParsedTarget, load: Load, problems: Problems): void {
  if (target.scheme === 'grpc' || target.scheme === 'grpcs') {
    problems.add(['target'], `${target.scheme}:// is not supported yet`, 'gRPC comes with a later version');
  } else if (target.scheme === 'h2c') {
    problems.add(['target'], 'HTTP/2 without TLS is not supported yet', 'use https:// or http://');
  } else if (load.http === '2' && !target.tls) {
    problems.add(pathOf('http'), 'HTTP/2 without TLS is not supported yet', 'use https:// or HTTP/1.1');
  } else if (load.http === '2' && load.driver === 'wire') {
    problems.add(pathOf('http'), 'HTTP/2 is not supported by the wire driver yet', 'set driver to undici');
  }
}
