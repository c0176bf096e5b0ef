import type { Gathered } from '#zipfire/advisor/facts.js';
import { type ProbeOptions, probeTarget } from '#zipfire/advisor/gather/probe/probe-target.js';
import { advise } from '#zipfire/advisor/index.js';
import type { Finding } from '#zipfire/core/index.js';
import { authority } from '../../support/certs.js';
import type { OddServer } from '../../support/odd-servers.js';

export type ProbeChanges = Partial<ProbeOptions> & { readonly tls?: boolean };

/** Probes a server of this machine, with limits that a test has the time for. */
export function probe({ port }: Pick<OddServer, 'port'>, changes: ProbeChanges = {}): Promise<Gathered> {
  const { tls = false, ...options } = changes;
  return probeTarget({
    target: {
      url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
      tls: tls ? { serverName: '', ca: authority, cert: null, key: null, insecure: false } : null,
      host: '127.0.0.1',
      port,
      socketPath: null,
      authority: `127.0.0.1:${port}`,
      path: '/',
    },
    request: { headers: [['user-agent', 'zipfire']], body: null },
    http2: false,
    grpc: false,
    lbIdleMs: null,
    idleLimitMs: 500,
    requests: 150,
    timeMs: 20_000,
    questionMs: 20_000,
    pingEveryMs: null,
    timeoutMs: 2000,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });
}

/** What is to be mended, or went wrong. */
function failures(gathered: Gathered): readonly Finding[] {
  return advise({ target: 'test', gathered }).findings.filter(
    ({ status }) => status === 'fail' || status === 'error',
  );
}

export function failedIds(gathered: Gathered): readonly string[] {
  return failures(gathered)
    .map(({ id }) => id)
    .toSorted();
}
