import { escapeText, type Plan, type Result } from '../../core/index.js';
import { type LiveEnd, type LiveFailure, liveEvents } from '../../report/html/live-data.js';
import { renderLivePage } from '../../report/html/live-page.js';
import { renderContent } from '../../report/html/page.js';
import type { LivePhase, ReportContext } from '../../report/index.js';
import type { PageAssets } from '../../report/report-format.js';
import type { LiveTally } from '../tally.js';
import type { ListenAddress } from './address.js';
import { Feed } from './feed.js';
import { newToken } from './guard.js';
import { type PageServer, servePage } from './server.js';
import { eventText, Subscribers } from './subscribers.js';

const EVERY_MS = 1000;
/** How long the end of a run waits for those who look on. */
const LAST_WORDS_MS = 2000;

export interface DashboardOptions {
  readonly plan: Plan;
  readonly tally: LiveTally;
  readonly address: ListenAddress;
  readonly assets: PageAssets;
}

/** A page that shows a run while it goes on, to those who have its address. */
export class Dashboard {
  /** Where the page is, the token in it. */
  readonly url: string;
  readonly #server: PageServer;
  readonly #feed: Feed;
  readonly #subscribers: Subscribers;
  readonly #timer: NodeJS.Timeout;
  readonly #closing: Closing;

  private constructor(
    url: string,
    server: PageServer,
    feed: Feed,
    subscribers: Subscribers,
    closing: Closing,
  ) {
    this.url = url;
    this.#server = server;
    this.#feed = feed;
    this.#subscribers = subscribers;
    this.#closing = closing;
    this.#timer = setInterval(() => {
      if (subscribers.count > 0) subscribers.send(eventText(liveEvents.update, feed.next()));
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Rejects with a ZipfireError `usage` where the address cannot be listened on. */
  static async open({ plan, tally, address, assets }: DashboardOptions): Promise<Dashboard> {
    const feed = new Feed(plan, tally);
    const subscribers = new Subscribers();
    const closing: Closing = { last: null };
    const token = newToken();
    const hasOperations = plan.operations.length > 1;
    const page = renderLivePage({ name: plan.name, hasOperations, assets });
    const server = await servePage(address, token, {
      page: () => page,
      events: (response) => {
        if (closing.last === null)
          return subscribers.add(response, eventText(liveEvents.update, feed.whole()));
        response.end(closing.last);
        return true;
      },
    });
    return new Dashboard(`${server.url}/?token=${token}`, server, feed, subscribers, closing);
  }

  phase(phase: LivePhase, run: number): void {
    this.#feed.phase(phase, run);
  }

  /** Shows the report of the run in place of what was there. */
  async end(result: Result, baseline: ReportContext['baseline']): Promise<void> {
    const { main, data } = await renderContent(result, baseline);
    await this.#say(eventText(liveEvents.end, { main: main.markup, data } satisfies LiveEnd));
  }

  /** Says that there is no result. @param message without secrets */
  async fail(message: string): Promise<void> {
    const shown = escapeText(message, { maxLength: 1000 });
    await this.#say(eventText(liveEvents.failure, { message: shown } satisfies LiveFailure));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#server.close();
  }

  async #say(last: string): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.last = last;
    await this.#subscribers.end(last, LAST_WORDS_MS);
  }
}

/** What who comes after the end is told. */
interface Closing {
  last: string | null;
}
