import { escapeText } from '../core/index.js';

/** How much of somebody's time and memory a page may take. */
export interface PageBounds {
  readonly timeoutMs: number;
  readonly mostBytes: number;
}

const BOUNDS: PageBounds = { timeoutMs: 5000, mostBytes: 32 * 2 ** 20 };

/** A page as text, bounded in time and size. @throws Error with a message for a reader */
export async function fetchText(url: string, accept: string, bounds: PageBounds = BOUNDS): Promise<string> {
  const { timeoutMs, mostBytes } = bounds;
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, { signal, headers: { accept, connection: 'close' }, redirect: 'follow' });
  } catch (error) {
    throw new Error(reasonOf(error, timeoutMs));
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > mostBytes) throw new Error(`is larger than ${mostBytes / 2 ** 20} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(reasonOf(error, timeoutMs));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return escapeText(String(error));
  if (error.name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  return escapeText(cause instanceof Error ? cause.message || cause.name : error.message);
}
