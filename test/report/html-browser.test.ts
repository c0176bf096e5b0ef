import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Result } from '#zipfire/core/index.js';
import { renderAdvicePage } from '#zipfire/report/html/advice-page.js';
import { reportFormats } from '#zipfire/report/index.js';
import { adviceScenes, experiments } from '../fixtures/advice.js';
import { diagnosedResult } from '../fixtures/diagnosed.js';
import { baselineOf, pageAssets, wholeResult } from '../fixtures/page.js';
import { scenes } from '../fixtures/scenes.js';
import { axePath, BROWSER_TIMEOUT_MS, type Browser, launchBrowser, noBrowser } from '../support/browser.js';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const URL_OF_PAGE = 'http://report.invalid/';
const CANVASES = '[...document.querySelectorAll(".chart canvas")]';
const NOT_EMPTY =
  'canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)';

/** Keeps where the texts of a canvas are drawn, in `drawnTexts`. */
const RECORD_TEXTS = `
  globalThis.drawnTexts = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const chart = this.canvas.closest('.chart')?.id ?? '';
    const width = this.measureText(text).width;
    const point = this.getTransform().transformPoint({ x, y });
    drawnTexts.push({ chart, text, left: point.x - (this.textAlign === 'center' ? width / 2 : this.textAlign === 'right' ? width : 0), width, y: point.y });
    return fillText.call(this, text, x, y, ...rest);
  };`;

interface DrawnText {
  readonly chart: string;
  readonly text: string;
  readonly left: number;
  readonly width: number;
  readonly y: number;
}

describe('HTML page in Chromium', { skip: noBrowser, timeout: BROWSER_TIMEOUT_MS }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  /** Opens it with an eye on everything that a reader's console or network would show. */
  async function open(html: string, colorScheme: 'light' | 'dark', width: number) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 800 },
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(BROWSER_TIMEOUT_MS);
    const page = await context.newPage();
    await page.addInitScript(RECORD_TEXTS);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**', (route) => {
      requests.push(route.request().url());
      const first = requests.length === 1;
      return first ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }) : route.abort();
    });
    await page.goto(URL_OF_PAGE);
    return { page, complaints, requests };
  }

  async function render(result: Result): Promise<string> {
    const format = reportFormats.find(({ flag }) => flag === 'html') ?? assert.fail();
    return format.render(result, { page: pageAssets, baseline: baselineOf('base.json') });
  }

  /** Nothing to scroll sideways for, nothing that axe minds, nothing on the console and nothing fetched. */
  async function assertSound(
    { page, complaints, requests }: Awaited<ReturnType<typeof open>>,
    width: number,
  ): Promise<void> {
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, 'no scrolling sideways');
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    await page.evaluate(await readFile(axePath, 'utf8'));
    const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(
      serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      [],
    );
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, [URL_OF_PAGE]);
    await page.context().close();
  }

  /** With all that an advice may have. */
  const advice = { ...(adviceScenes['several']?.() ?? assert.fail()), experiments };

  for (const [scheme, width] of [
    ['light', 1100],
    ['dark', 390],
  ] as const) {
    it(`draws, fetches nothing and is accessible: ${scheme}, ${width} px`, async () => {
      const opened = await open(await render({ ...diagnosedResult(), advice }), scheme, width);
      const { page } = opened;
      await page.waitForFunction(`${CANVASES}.length === 7 && ${CANVASES}.every(${NOT_EMPTY})`);
      assert.equal(await page.evaluate('document.querySelectorAll(".chart").length'), 7);
      const texts = (await page.evaluate('drawnTexts')) as DrawnText[];
      assert.ok(new Set(texts.map(({ chart }) => chart)).size === 7 && texts.length > 20);
      assert.deepEqual(collisions(texts), [], 'no label on another');
      await assertSound(opened, width);
    });

    it(`shows advice, fetches nothing and is accessible: ${scheme}, ${width} px`, async () => {
      const opened = await open(renderAdvicePage(advice, await pageAssets(), '1.2.3'), scheme, width);
      const { page } = opened;
      assert.equal(await page.evaluate('document.querySelectorAll(".finding").length'), 3);
      const names = (await page.evaluate(
        '[...document.querySelectorAll(".seen dt")].map(name => [name.textContent, name.getClientRects()[0].height])',
      )) as [string, number][];
      const tall = names.filter(([, height]) => height > 30);
      assert.ok(names.length > 4 && tall.length === 0, `names in two lines: ${tall.join('; ')}`);
      // Dots of the better setting lie right of those of the other: the strips are as wide as the page.
      const dots = (await page.evaluate(
        '[...document.querySelectorAll(".arms")].slice(0, 1).flatMap(arms => [...arms.querySelectorAll("circle")].map(dot => dot.getBoundingClientRect().left))',
      )) as number[];
      assert.ok(Math.max(...dots.slice(0, 6)) < Math.min(...dots.slice(6)), String(dots));
      await assertSound(opened, width);
    });
  }

  it('shows odd runs on a phone, with nothing on the console', async () => {
    const odd = ['open-loop-stall', 'all-failed', 'zero-requests', 'few-samples', 'grpc-streams', 'hostile'];
    for (const name of odd) {
      const scene = scenes[name] ?? assert.fail(name);
      const { page, complaints, requests } = await open(await render(scene()), 'light', 375);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 375, name);
      const names = (await page.evaluate(
        '[...document.querySelectorAll(".scroll")].filter(each => each.scrollWidth > each.clientWidth).flatMap(each => [...each.querySelectorAll("th[scope=row]")]).map(each => each.getBoundingClientRect().width)',
      )) as number[];
      assert.ok(Math.max(0, ...names) <= 188, `${name}: names leave room for a figure`);
      const texts = (await page.evaluate('drawnTexts')) as DrawnText[];
      assert.deepEqual([collisions(texts), complaints, requests], [[], [], [URL_OF_PAGE]], name);
      await page.context().close();
    }
  });

  it('shows a second between two without a response, which no line leads to', async () => {
    const result = wholeResult();
    const timeline = result.timeline.map((point, i) =>
      i % 2 === 0 ? point : { ...point, p50Us: null, p99Us: null, maxUs: null },
    );
    const { page } = await open(await render({ ...result, timeline }), 'light', 1100);
    await page.waitForFunction(`${CANVASES}.length === 5`);
    // The colour of P99, rgb(194, 65, 12).
    const count = await page.evaluate(`(() => {
      const canvas = document.querySelector('#latency canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] === 194 && data[i + 1] === 65 && data[i + 2] === 12) count++;
      return count;
    })()`);
    assert.ok(Number(count) > 15 * 4, `${count} pixels of 15 points`);
    await page.context().close();
  });

  it('is dark on light on paper, whatever the screen is', async () => {
    const { page } = await open(await render(wholeResult()), 'dark', 1100);
    await page.waitForFunction(`${CANVASES}.length === 5`);
    const colours = () =>
      page.evaluate(
        '[...new Set(["color", "backgroundColor"].map(name => getComputedStyle(document.body)[name]))]',
      );
    assert.deepEqual(await colours(), ['rgb(232, 236, 242)', 'rgb(16, 20, 27)']);
    await page.emulateMedia({ media: 'print' });
    assert.deepEqual(await colours(), ['rgb(24, 32, 44)', 'rgb(255, 255, 255)']);
    const legend = await page.evaluate(
      '[...document.querySelectorAll("#latency .u-legend .u-series")].filter(each => each.getClientRects().length > 0).map(each => each.innerText.trim() + getComputedStyle(each.querySelector("th"), "::after").content)',
    );
    assert.deepEqual(legend, ['maxnone', 'P99none', 'P50none'], 'no values to point at');
    await page.context().close();
  });

  it('runs no script of a result that was written to deceive', async () => {
    const deceit = '</script><script>pwned = 1</script><img src="http://evil.invalid/" onerror="pwned = 1">';
    const hostile = (scenes['hostile'] as () => Result)();
    const keys = { [deceit]: wholeResult().keys['user'] ?? assert.fail() };
    const result = { ...wholeResult(), faults: [{ what: deceit, count: 1 }], keys, plan: hostile.plan };
    const { page, complaints, requests } = await open(await render(result), 'light', 390);
    await page.waitForFunction(`${CANVASES}.length === 5`);
    assert.equal(await page.evaluate('typeof pwned'), 'undefined');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, [URL_OF_PAGE]);
    await page.context().close();
  });
});

/** Labels of a chart that stand on one another, in the same line of it. */
function collisions(texts: readonly DrawnText[]): string[] {
  return texts.flatMap((one, i) =>
    texts
      .slice(i + 1)
      .filter((other) => other.chart === one.chart && other.y === one.y && other.left !== one.left)
      .filter((other) => other.left < one.left + one.width && one.left < other.left + other.width)
      .map((other) => `${one.chart}: ${one.text} and ${other.text}`),
  );
}
