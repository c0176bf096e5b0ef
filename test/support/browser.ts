import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Chromium, driven by playwright-core. What is used of that is declared here: its own types ask for those of a
 * browser, which no test is compiled with.
 */
export interface Browser {
  newContext(options: {
    readonly colorScheme: 'light' | 'dark';
    readonly viewport: { readonly width: number; readonly height: number };
    readonly serviceWorkers: 'block';
  }): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface BrowserContext {
  setDefaultTimeout(ms: number): void;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  on(event: 'console', hear: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', hear: (error: Error) => void): void;
  route(url: string, answer: (route: Route) => Promise<void>): Promise<void>;
  goto(url: string): Promise<unknown>;
  /** @param script JavaScript, run in the page before its own */
  addInitScript(script: string): Promise<void>;
  emulateMedia(media: { readonly media: 'print' | 'screen' }): Promise<void>;
  /** @param expression JavaScript, evaluated in the page */
  evaluate(expression: string): Promise<unknown>;
  waitForFunction(expression: string): Promise<unknown>;
  context(): BrowserContext;
}

interface Route {
  request(): { url(): string };
  fulfill(response: { readonly contentType: string; readonly body: string }): Promise<void>;
  abort(): Promise<void>;
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** Why there is no browser to test with; false: there is one. */
export const noBrowser =
  executablePath === undefined ? 'no Chromium on this machine (apt-get install chromium)' : false;

/** Of the slowest machine: no test waits for a time. */
export const BROWSER_TIMEOUT_MS = 90_000;

interface Launcher {
  launch(options: {
    readonly executablePath: string | undefined;
    readonly args: readonly string[];
    readonly timeout: number;
  }): Promise<Browser>;
}

const require = createRequire(import.meta.url);

export function launchBrowser(): Promise<Browser> {
  const { chromium } = require('playwright-core') as { chromium: Launcher };
  return chromium.launch({
    executablePath,
    // As root, in a container, without a graphics card.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    timeout: BROWSER_TIMEOUT_MS,
  });
}

/** Path of the script that finds what keeps people from reading a page. */
export const axePath = require.resolve('axe-core/axe.min.js');
