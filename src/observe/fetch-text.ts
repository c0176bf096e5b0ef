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
    const { bare, authorization } = withoutCredentials(url);
    const headers = { accept, connection: 'close', ...authorization };
    response = await fetch(bare, { signal, headers, redirect: 'follow' });
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

/** `fetch` takes no credentials in a URL, and says them again in its error. */
function withoutCredentials(url: string): { bare: string; authorization: Record<string, string> } {
  const bare = new URL(url);
  const { username, password } = bare;
  if (username === '' && password === '') return { bare: url, authorization: {} };
  bare.username = '';
  bare.password = '';
  const plain = [username, password].map(decodeLeniently).join(':');
  return {
    bare: bare.href,
    authorization: { authorization: `Basic ${Buffer.from(plain).toString('base64')}` },
  };
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return escapeText(String(error));
  if (error.name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  return escapeText(cause instanceof Error ? cause.message || cause.name : error.message);
}
