import { randomUUID } from 'node:crypto';
import { type Plan, type Result, type SecondsListener, ZipfireError } from '../../core/index.js';
import type { RunProgress } from '../../engine/index.js';
import {
  Dashboard,
  Exporter,
  LiveTally,
  parseDestination,
  parseListenAddress,
  type RunIdentity,
} from '../../live/index.js';
import { redactPlan } from '../../profile/index.js';
import type { ReportContext } from '../../report/index.js';
import { phaseNames } from '../measure/phase-names.js';
import { readPageAssets } from '../page-assets.js';
import { toolVersion } from '../tool.js';
import type { WatchFlags } from './flags.js';

/** Those who look on while a run goes on. None of them can disturb it. */
export class Watchers {
  readonly #tally: LiveTally;
  readonly #dashboard: Dashboard | null;
  /** Null: there is none, or it has ended. */
  #exporter: Exporter | null;
  readonly #lingerMs: number;

  private constructor(
    tally: LiveTally,
    dashboard: Dashboard | null,
    exporter: Exporter | null,
    lingerMs: number,
  ) {
    this.#tally = tally;
    this.#dashboard = dashboard;
    this.#exporter = exporter;
    this.#lingerMs = lingerMs;
  }

  /**
   * Rejects with a ZipfireError `usage` where one cannot begin: before the run, as a wrong flag must not cost one.
   */
  static async open(given: Plan, { dashboard, lingerMs, exports }: WatchFlags): Promise<Watchers> {
    const plan = shownPlan(given);
    const tally = new LiveTally(plan.operations.length);
    const destinations = exports.map((text) => parseDestination(text, process.env));
    const page = dashboard === undefined ? null : await openDashboard(plan, tally, dashboard);
    const exporter =
      destinations.length === 0 ? null : new Exporter(plan, tally, identityOf(plan), destinations);
    return new Watchers(tally, page, exporter, lingerMs);
  }

  get seconds(): SecondsListener {
    return this.#tally;
  }

  progress({ stage, repeat }: RunProgress): void {
    this.#dashboard?.phase(phaseNames[stage], repeat);
  }

  /** The run has a result, with its verdict. */
  async end(result: Result, baseline: ReportContext['baseline']): Promise<void> {
    // What cannot be shown does not change what the run says.
    const shown = this.#dashboard?.end(result, baseline).catch((error: unknown) => this.#showFailure(error));
    await Promise.all([shown, this.#endExport()]);
  }

  /** The run has none. */
  async fail(error: unknown): Promise<void> {
    await Promise.all([this.#showFailure(error), this.#endExport()]);
  }

  async #showFailure(error: unknown): Promise<void> {
    await this.#dashboard?.fail(error instanceof ZipfireError ? error.message : 'internal error');
  }

  /** What receivers did not take is said once, also where nothing else is: they miss it. */
  async #endExport(): Promise<void> {
    const exporter = this.#exporter;
    this.#exporter = null;
    for (const complaint of (await exporter?.close()) ?? []) process.stderr.write(`${complaint}\n`);
  }

  /** Keeps the page, until the time is over or by Ctrl-C. */
  async linger(quiet: boolean): Promise<void> {
    if (this.#dashboard === null || this.#lingerMs === 0) return;
    if (!quiet) process.stderr.write(`dashboard: stays for ${this.#lingerMs / 1000} s; Ctrl-C ends it\n`);
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        process.off('SIGINT', done);
        process.off('SIGTERM', done);
        resolve();
      };
      const timer = setTimeout(done, this.#lingerMs);
      process.on('SIGINT', done);
      process.on('SIGTERM', done);
    });
  }

  async close(): Promise<void> {
    await this.#dashboard?.close();
  }
}

async function openDashboard(plan: Plan, tally: LiveTally, text: string): Promise<Dashboard> {
  const address = parseListenAddress(text);
  const assets = await readPageAssets('live');
  const dashboard = await Dashboard.open({ plan, tally, address, assets });
  if (!address.loopback)
    process.stderr.write(
      'dashboard: other machines reach it; whoever has its address sees the run, and it is not encrypted\n',
    );
  process.stderr.write(`dashboard: ${dashboard.url}\n`);
  return dashboard;
}

/** @param plan with the names and tags that may be shown */
function identityOf({ name, tags = {} }: Plan): RunIdentity {
  return { id: randomUUID(), name, tags, version: toolVersion() };
}

/** Its names and tags as reports show them: one may come from a secret variable. */
function shownPlan(plan: Plan): Plan {
  const shown = redactPlan(plan) as {
    name?: unknown;
    operations?: readonly { name?: unknown }[];
    tags?: Plan['tags'];
  };
  return {
    ...plan,
    name: String(shown.name ?? ''),
    tags: shown.tags ?? {},
    operations: plan.operations.map((operation, i) => ({
      ...operation,
      name: String(shown.operations?.[i]?.name ?? ''),
    })),
  };
}
