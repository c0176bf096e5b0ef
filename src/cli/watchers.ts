import { type Plan, type Result, type SecondsListener, ZipfireError } from '../core/index.js';
import type { RunProgress } from '../engine/index.js';
import { Dashboard, LiveTally, parseListenAddress } from '../live/index.js';
import { redactPlan } from '../profile/index.js';
import type { ReportContext } from '../report/index.js';
import { readPageAssets } from './page-assets.js';
import { phaseNames } from './phase-names.js';
import type { WatchFlags } from './watch-flags.js';

/** Those who look on while a run goes on. None of them can disturb it. */
export class Watchers {
  readonly #tally: LiveTally;
  readonly #dashboard: Dashboard | null;
  readonly #lingerMs: number;

  private constructor(tally: LiveTally, dashboard: Dashboard | null, lingerMs: number) {
    this.#tally = tally;
    this.#dashboard = dashboard;
    this.#lingerMs = lingerMs;
  }

  /**
   * Rejects with a ZipfireError `usage` where one cannot begin: before the run, as a wrong flag must not cost one.
   */
  static async open(given: Plan, { dashboard, lingerMs }: WatchFlags): Promise<Watchers> {
    const plan = shownPlan(given);
    const tally = new LiveTally(plan.operations.length);
    const page = dashboard === undefined ? null : await openDashboard(plan, tally, dashboard);
    return new Watchers(tally, page, lingerMs);
  }

  get seconds(): SecondsListener {
    return this.#tally;
  }

  progress({ stage, repeat }: RunProgress): void {
    this.#dashboard?.phase(phaseNames[stage], repeat);
  }

  /** The run has a result, with its verdict. */
  async end(result: Result, baseline: ReportContext['baseline']): Promise<void> {
    await this.#dashboard?.end(result, baseline);
  }

  /** The run has none. */
  async fail(error: unknown): Promise<void> {
    const message = error instanceof ZipfireError ? error.message : 'internal error';
    await this.#dashboard?.fail(message);
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

/** Its names as reports show them: one may come from a secret variable. */
function shownPlan(plan: Plan): Plan {
  const shown = redactPlan(plan) as { name?: unknown; operations?: readonly { name?: unknown }[] };
  return {
    ...plan,
    name: String(shown.name ?? ''),
    operations: plan.operations.map((operation, i) => ({
      ...operation,
      name: String(shown.operations?.[i]?.name ?? ''),
    })),
  };
}
