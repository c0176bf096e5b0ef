import { escapeText } from '../../core/index.js';

const TIMEOUT_MS = 5000;
const MOST_BYTES = 32 * 2 ** 20;

/** A page as text, bounded in time and size. @throws Error with a message for a reader */
export async function fetchText(url: string, accept: string): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, { signal, headers: { accept, connection: 'close' }, redirect: 'follow' });
  } catch (error) {
    throw new Error(reasonOf(error));
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
      if (size > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES / 2 ** 20} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(reasonOf(error));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return escapeText(String(error));
  if (error.name === 'TimeoutError') return `did not answer within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  return escapeText(cause instanceof Error ? cause.message || cause.name : error.message);
}
