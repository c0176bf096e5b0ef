import type { ClientHttp2Session } from 'node:http2';
import { escapeText } from '../../../core/index.js';
import { errorName } from '../../../wire/http2/index.js';

/** What a server said when it ended an HTTP/2 connection (RFC 9113 6.8). */
export interface Goaway {
  readonly afterMs: number;
  readonly code: number;
  /** `NO_ERROR`, `ENHANCE_YOUR_CALM` … */
  readonly codeName: string;
  /** Text for people: `max_age`, `too_many_pings`. */
  readonly debug: string;
}

const MOST_DEBUG_CHARS = 200;

/** Calls back at the first GOAWAY of a session. @param startMs by `performance.now()`: what `afterMs` counts from */
export function onGoaway(session: ClientHttp2Session, startMs: number, seen: (goaway: Goaway) => void): void {
  session.once('goaway', (code: number, _lastStream: number, data: Uint8Array | undefined) => {
    const text = data === undefined ? '' : Buffer.from(data).toString('latin1', 0, MOST_DEBUG_CHARS);
    seen({
      afterMs: performance.now() - startMs,
      code,
      codeName: errorName(code),
      debug: escapeText(text),
    });
  });
}
