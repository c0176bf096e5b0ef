import type { TLSSocket } from 'node:tls';
import { escapeText } from '../../../core/index.js';
import { converse, type Prober } from './prober.js';

/** Whether reconnects resume the session of the connection before them. */
export interface ResumptionFacts {
  /** `TLSv1.3`; null: the library does not know its name. */
  readonly version: string | null;
  readonly cipher: string;
  /** Whether the server gave a ticket or a session to resume at all. */
  readonly offered: boolean;
  /** Reconnects that came about. */
  readonly reconnects: number;
  readonly resumed: number;
  /** Medians; null: there was none. */
  readonly fullHandshakeMs: number | null;
  readonly resumedHandshakeMs: number | null;
  readonly certificate: CertificateFacts | null;
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** As of the probe; below 0: it is over. */
  readonly daysLeft: number;
}

const RECONNECTS = 20;
/** TLS 1.3 sends tickets behind the handshake: they have come this long after it, and after a response. */
const TICKET_MS = 200;
const DAY_MS = 86_400_000;

/**
 * 21 connections one after the other, with a request each.
 *
 * @param http1 whether the server speaks HTTP/1.1; else nothing is asked, and it has its time to send a ticket
 * @param mostMs how long it may take, in all
 * @throws Error when the first does not come about
 */
export async function probeResumption(
  prober: Prober,
  http1: boolean,
  mostMs: number,
): Promise<ResumptionFacts> {
  const endMs = performance.now() + mostMs;
  const first = await visit(prober, http1, undefined);
  const full = [first.tlsMs];
  const short: number[] = [];
  let { session } = first;
  let reconnects = 0;
  for (let i = 0; i < RECONNECTS && session !== undefined && performance.now() < endMs; i++) {
    const again = await visit(prober, http1, session).catch(() => null);
    prober.sockets.throwIfAborted();
    if (again === null) continue;
    reconnects++;
    (again.resumed ? short : full).push(again.tlsMs);
    session = again.session ?? session;
  }
  return {
    version: first.version,
    cipher: first.cipher,
    offered: first.session !== undefined,
    reconnects,
    resumed: short.length,
    fullHandshakeMs: median(full),
    resumedHandshakeMs: median(short),
    certificate: first.certificate,
  };
}

async function visit(prober: Prober, http1: boolean, session: Buffer | undefined) {
  const protocols = [http1 ? 'http/1.1' : 'h2'];
  const { talk, opened } = await converse(prober, {
    protocols,
    ...(session === undefined ? {} : { session }),
  });
  const socket = opened.socket as TLSSocket; // the target is one of TLS
  let ticket: Buffer | undefined;
  const gotTicket = new Promise<void>((resolve) => {
    socket.on('session', (bytes: Buffer) => {
      ticket = bytes;
      resolve();
    });
  });
  try {
    const certificate = socket.getPeerCertificate();
    const seen = {
      version: socket.getProtocol(),
      cipher: socket.getCipher().name,
      resumed: socket.isSessionReused(),
      tlsMs: opened.tlsMs ?? 0,
      certificate: certificate.valid_to === undefined ? null : certificateFacts(certificate),
    };
    if (http1) await talk.ask(prober.request, prober.timeoutMs);
    // Of TLS 1.2 the session is there when the handshake is, and the event was before us.
    const early = seen.version === 'TLSv1.3' ? undefined : socket.getSession();
    // One that resumed gets none for it: its own may be used again.
    if (ticket === undefined && early === undefined && !seen.resumed)
      await Promise.race([gotTicket, talk.untilClosed(TICKET_MS)]);
    return { ...seen, session: ticket ?? early };
  } finally {
    talk.destroy();
  }
}

function certificateFacts({ subject, issuer, valid_to }: ReturnType<TLSSocket['getPeerCertificate']>) {
  const name = (of: typeof subject | undefined) => escapeText(String(of?.CN ?? '').slice(0, 100));
  return {
    subject: name(subject),
    issuer: name(issuer),
    daysLeft: Math.floor((Date.parse(valid_to) - Date.now()) / DAY_MS),
  };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}
