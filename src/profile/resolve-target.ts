import type { Target, TlsOptions } from '../core/index.js';
import type { PlanContext } from './context.js';
import { checkPair, readCertificates, readKey } from './pem.js';
import type { Problems } from './problems.js';
import { pathOf, type Settings } from './settings.js';
import { checkSocketPath, type ParsedTarget, serverNameOf } from './target.js';

const MAX_PEM_BYTES = 1 << 20;

/**
 * Where a run connects to.
 * @param host what the operations' Host header says; null when they have none
 */
export function resolveTarget(
  parsed: ParsedTarget,
  host: string | null,
  settings: Partial<Settings>,
  context: PlanContext,
  problems: Problems,
): Target {
  const { unixSocket } = settings;
  if (unixSocket !== undefined) problems.attempt(pathOf('unixSocket'), () => checkSocketPath(unixSocket));
  return {
    url: parsed.url,
    tls: parsed.tls ? resolveTls(parsed, settings, context, problems) : null,
    host: parsed.host,
    port: parsed.port,
    socketPath: unixSocket ?? parsed.socketPath,
    authority: settings.authority ?? host ?? parsed.authority,
    path: parsed.path,
  };
}

/** Read for a TLS target only: a profile may be run against one target with TLS and one without. */
function resolveTls(
  target: ParsedTarget,
  settings: Partial<Settings>,
  context: PlanContext,
  problems: Problems,
): TlsOptions {
  if (settings.certFile !== undefined && settings.keyFile === undefined) {
    problems.add(pathOf('certFile'), 'a client certificate needs its key', 'set key too');
  }
  if (settings.keyFile !== undefined && settings.certFile === undefined) {
    problems.add(pathOf('keyFile'), 'a key needs its client certificate', 'set cert too');
  }
  const pem = (name: 'caFile' | 'certFile' | 'keyFile'): string | null => {
    const path = settings[name];
    if (path === undefined) return null;
    const read = () => Buffer.from(context.readFile(path, MAX_PEM_BYTES)).toString('latin1');
    return problems.attempt(pathOf(name), read) ?? null;
  };
  const [ca, cert, key] = [pem('caFile'), pem('certFile'), pem('keyFile')];
  if (ca !== null) problems.attempt(pathOf('caFile'), () => readCertificates(ca));
  const certificates =
    cert === null ? [] : problems.attempt(pathOf('certFile'), () => readCertificates(cert));
  const privateKey = key === null ? undefined : problems.attempt(pathOf('keyFile'), () => readKey(key));
  if (privateKey !== undefined) {
    problems.attempt(pathOf('keyFile'), () => checkPair(certificates?.[0], privateKey));
  }
  return {
    serverName: settings.serverName ?? serverNameOf(target.host),
    ca,
    cert,
    key,
    insecure: settings.insecure ?? false,
  };
}
