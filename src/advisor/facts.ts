import type { ExperimentFacts } from './experiments/facts.js';
import type { ExpvarFacts } from './gather/expvar.js';
import type { FilesArtifact } from './gather/files/artifact.js';
import type { GeneratorFacts } from './gather/generator.js';
import type { LoadFacts } from './gather/load.js';
import type { MetricsFacts } from './gather/metrics/facts.js';
import type { AlpnFacts } from './gather/probe/alpn.js';
import type { HandshakeFacts } from './gather/probe/handshake.js';
import type { Http2SettingsFacts } from './gather/probe/http2-settings.js';
import type { Http2WatchFacts } from './gather/probe/http2-watch.js';
import type { IdleFacts } from './gather/probe/idle.js';
import type { KeepAliveFacts } from './gather/probe/keep-alive.js';
import type { PingFacts } from './gather/probe/pings.js';
import type { ProbeFacts } from './gather/probe/probe-target.js';
import type { RequestsFacts } from './gather/probe/requests.js';
import type { ResumptionFacts } from './gather/probe/resumption.js';
import type { ReuseFacts } from './gather/probe/reuse.js';
import type { ProcessFacts } from './gather/process/facts.js';
import type { Suppression } from './suppress.js';

/**
 * Everything that audits may look at, by artifact. Each artifact is what one gatherer saw, as plain JSON: written by
 * `--artifacts dir` as `<name>.json`, and read again by `--from dir`, so that a finding can be replayed.
 *
 * A new artifact is a type in its gatherer's file, a line here, and a line in `factNames`.
 */
export interface Facts {
  /** `# zipfire-ignore KA09: why` in the files that were read. */
  readonly suppressions: readonly Suppression[];
  /** What the files of the service say. */
  readonly files: FilesArtifact;
  readonly load: LoadFacts;
  readonly generator: GeneratorFacts;
  readonly metrics: MetricsFacts;
  readonly expvar: ExpvarFacts;
  readonly process: ProcessFacts;
  readonly handshake: HandshakeFacts;
  readonly http2Settings: Http2SettingsFacts;
  readonly probe: ProbeFacts;
  readonly keepAlive: KeepAliveFacts;
  readonly idle: IdleFacts;
  readonly requests: RequestsFacts;
  readonly reuse: ReuseFacts;
  readonly alpn: AlpnFacts;
  readonly resumption: ResumptionFacts;
  readonly http2Watch: Http2WatchFacts;
  readonly pings: PingFacts;
  readonly experiments: ExperimentFacts;
}

export type FactName = keyof Facts;

/** What it takes to get each artifact; said where it is missing. */
export const factNames: Readonly<Record<FactName, string>> = {
  suppressions: 'files to read (--files)',
  files: 'files to read (--files)',
  load: 'a load (a URL or a profile)',
  generator: 'a load (a URL or a profile)',
  metrics: 'a metrics page (--metrics URL)',
  expvar: 'a page of expvar (--expvar URL)',
  process: 'a process on this machine (--pid)',
  handshake: 'a load over TLS',
  http2Settings: 'a load over HTTP/2, or probes of a server of it (--probe)',
  probe: 'probes (--probe)',
  keepAlive: 'probes of a server of HTTP/1.1 (--probe)',
  idle: 'probes of a server that keeps connections alive (--probe)',
  requests: 'probes of a server that keeps connections alive (--probe)',
  reuse: 'probes of a server of HTTP/1.1 (--probe)',
  alpn: 'probes of a server of TLS (--probe)',
  resumption: 'probes of a server of TLS (--probe)',
  http2Watch: 'probes of a server of HTTP/2 (--probe)',
  pings: 'probes by ping of a server of HTTP/2 (--probe-pings)',
  experiments: 'experiments (--experiment, --vary)',
};

/** What was gathered, and what was asked for and could not be. */
export interface Gathered {
  readonly facts: Partial<Facts>;
  /** Reason by artifact. One in both is there in part; one in neither was not asked for. */
  readonly failed: Readonly<Partial<Record<FactName, string>>>;
}
