import { escapeText } from '../../../core/index.js';

/** `Keep-Alive: timeout=5, max=100`: what the server says it will do. */
export interface KeepAliveHint {
  readonly timeoutSec: number | null;
  readonly max: number | null;
}

export interface HeadFields {
  readonly hint: KeepAliveHint | null;
  /** `Server`, as far as it is short; it may be anything. */
  readonly server: string | null;
}

const MOST_SERVER_CHARS = 100;

/** @param head a whole head, from the status line on, as the parser accepted it */
export function readHead(head: string): HeadFields {
  const hint = fieldOf(head, 'keep-alive');
  const server = fieldOf(head, 'server');
  return {
    hint: hint === null ? null : { timeoutSec: numberOf(hint, 'timeout'), max: numberOf(hint, 'max') },
    server: server === null ? null : escapeText(server.slice(0, MOST_SERVER_CHARS)),
  };
}

/** The first field of that name. */
function fieldOf(head: string, name: string): string | null {
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon === name.length && line.slice(0, colon).toLowerCase() === name)
      return line.slice(colon + 1).trim();
  }
  return null;
}

function numberOf(hint: string, name: string): number | null {
  const found = new RegExp(`(?:^|[,;\\s])${name}\\s*=\\s*"?(\\d{1,9})`, 'i').exec(hint);
  return found?.[1] === undefined ? null : Number(found[1]);
}
