import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type ClientRequest, get } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { start } from '../cli/zipfire.js';
import { pageAssets } from '../fixtures/page.js';
import {
  axePath,
  BROWSER_TIMEOUT_MS,
  type Browser,
  launchBrowser,
  noBrowser,
  type Page,
} from '../support/browser.js';
import { dashboardUrl } from '../support/dashboard.js';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** Not read back pixel by pixel: the console of a page that is drawn anew would say that this is slow. */
const DRAWN = (id: string) =>
  `[...document.querySelectorAll("#${id} canvas")].some((canvas) => canvas.toDataURL() !== Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height }).toDataURL())`;

describe('dashboard in Chromium', { skip: noBrowser, timeout: BROWSER_TIMEOUT_MS }, () => {
  let browser: Browser;
  let target: Awaited<ReturnType<typeof startTarget>>;
  before(async () => {
    await pageAssets();
    target = await startTarget({ port: 0 });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await target?.close();
  });

  async function accessible(page: Page): Promise<void> {
    await page.evaluate(await readFile(axePath, 'utf8'));
    const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(
      serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      [],
    );
  }

  for (const [scheme, width] of [
    ['light', 1100],
    ['dark', 390],
  ] as const) {
    it(`shows a run while it goes on, and then its verdict: ${scheme}, ${width} px`, async () => {
      // It ends by Ctrl-C once everything was seen, and not sooner: no machine is too slow.
      const args = [
        `${target.url}/kv/user_{{key}}`,
        '--keys',
        'zipf:n=1e4,alpha=1.1',
        '-R',
        '300',
        '-c',
        '4',
      ];
      const run = start([
        ...args,
        '-d',
        '10m',
        '--gate',
        'errors < 50%',
        '--name',
        '<b>hot</b>',
        '--dashboard',
      ]);
      try {
        const url = await dashboardUrl(run.child);
        const context = await browser.newContext({
          colorScheme: scheme,
          viewport: { width, height: 800 },
          serviceWorkers: 'block',
        });
        context.setDefaultTimeout(BROWSER_TIMEOUT_MS);
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(url);
        await until(page, ['percentiles', 'rate', 'latency', 'heat'].map(DRAWN).join(' && '));
        assert.match(
          String(await page.evaluate('document.querySelector("h1").textContent')),
          /^Running: measure/,
        );
        assert.equal(await page.evaluate('document.querySelector(".name").textContent'), '<b>hot</b>');
        const stage = String(await page.evaluate('document.getElementById("stage").textContent'));
        assert.match(stage, /^\d+ s of 600 s$/);
        await until(page, `document.getElementById("stage").textContent !== ${JSON.stringify(stage)}`);
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth'),
          width,
          'no scrolling sideways',
        );
        await accessible(page);
        if (process.env['SCREENSHOTS']) await shoot(page, `live-${scheme}.png`);

        run.child.kill('SIGINT');
        await until(page, 'document.querySelector("main").dataset.ended === "true"');
        assert.match(
          String(await page.evaluate('document.querySelector("h1").textContent')),
          /^(INTERRUPTED|INVALID)/,
        );
        await until(page, ['percentiles', 'rate', 'latency', 'heat', 'keys-0'].map(DRAWN).join(' && '));
        assert.match(String(await page.evaluate('document.body.textContent')), /errors < 50%/);
        const { code } = await run.finished;
        assert.equal(code, 130);
        if (process.env['SCREENSHOTS']) await shoot(page, `ended-${scheme}.png`);
        assert.deepEqual(complaints, []);
        await context.close();
      } finally {
        run.child.kill('SIGKILL');
      }
    });
  }

  it('says so when there are too many pages, and when the run is gone', async () => {
    const run = start([`${target.url}/kv/1`, '-R', '100', '-c', '2', '-d', '10m', '-q', '--dashboard']);
    const others: ClientRequest[] = [];
    try {
      const url = await dashboardUrl(run.child);
      const listening = Array.from(
        { length: 16 },
        () =>
          new Promise<void>((resolve, reject) => {
            const request = get(url.replace('/?', '/events?'), { agent: false }, (response) => {
              response.once('data', () => resolve()).on('error', () => {});
            });
            others.push(request.on('error', reject));
          }),
      );
      await Promise.all(listening);
      const context = await browser.newContext({
        colorScheme: 'light',
        viewport: { width: 800, height: 600 },
        serviceWorkers: 'block',
      });
      context.setDefaultTimeout(BROWSER_TIMEOUT_MS);
      const page = await context.newPage();
      const headline = (words: string) =>
        until(page, `document.querySelector("h1").textContent === ${JSON.stringify(words)}`);
      await page.goto(url);
      await headline('Too many pages show this run');
      others.pop()?.destroy();
      others.pop()?.destroy();
      // Until the server has seen that they went.
      do {
        await page.goto(url);
        await until(page, 'document.querySelector("h1").textContent !== "Waiting for the run"');
      } while (await page.evaluate('document.querySelector("h1").textContent.startsWith("Too many")'));
      await headline('Running: measure');
      run.child.kill('SIGKILL');
      await headline('Connection lost');
      await context.close();
    } finally {
      for (const request of others) request.on('error', () => {}).destroy();
      run.child.kill('SIGKILL');
    }
  });
});

/** Not playwright's `waitForFunction`: that evaluates its text in the page, whose policy forbids it. */
async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(
    `new Promise((resolve) => { const look = () => ((${expression}) ? resolve(null) : setTimeout(look, 50)); look(); })`,
  );
}

/** For a look by hand. */
async function shoot(page: Page, name: string): Promise<void> {
  const shooter = page as unknown as { screenshot(options: object): Promise<void> }; // playwright's page has it
  await shooter.screenshot({ path: `${process.env['SCREENSHOTS']}/${name}`, fullPage: true });
}
