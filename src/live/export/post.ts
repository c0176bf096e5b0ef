import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { escapeText } from '../../core/index.js';

const MOST_OF_A_BODY = 1 << 16;

/** How a receiver answered. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterSec: number | null;
      readonly body: Buffer;
    }
  /** It did not, in a few words. */
  | { readonly kind: 'failure'; readonly why: string };

/** Posts to one URL over one connection. It follows no redirect: what it sends may hold a secret. */
export class Poster {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: HttpAgent;

  constructor(url: URL, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** @param signal ends it, time-outs too; it never rejects */
  post(body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const fail = (error: NodeJS.ErrnoException) => resolve({ kind: 'failure', why: reasonOf(error) });
      try {
        const headers = { ...this.#headers, 'content-length': body.length };
        const sent = send(this.#url, { method: 'POST', headers, agent: this.#agent, signal }, (response) => {
          readAnswer(response).then(resolve, fail);
        });
        sent.on('error', fail);
        sent.end(body);
      } catch (error) {
        fail(error as Error); // `request` throws errors
      }
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_OF_A_BODY) break;
  }
  const retryAfterSec = /^\d{1,6}$/.exec(response.headers['retry-after'] ?? '')?.[0];
  return {
    kind: 'answer',
    status: response.statusCode ?? 0,
    retryAfterSec: retryAfterSec === undefined ? null : Number(retryAfterSec),
    body: Buffer.concat(chunks).subarray(0, MOST_OF_A_BODY),
  };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return escapeText(error.code ?? error.message, { maxLength: 80 });
}
