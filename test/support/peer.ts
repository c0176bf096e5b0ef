import type { SecureVersion } from 'node:tls';
import type { KeyPair } from './certs.js';

/**
 * The server side of the driver contract: it records what came in and does exactly what a test tells it to,
 * right or wrong. One implementation for each protocol; `http1-peer` is the first.
 */
export interface Peer {
  /** 0 on a unix socket. */
  readonly port: number;
  readonly host: string;
  readonly socketPath: string | null;
  readonly isSecure: boolean;
  /** Every connection ever accepted, TLS handshake included, in order. */
  readonly connections: readonly PeerConnection[];
  /** Every request ever received whole, in order. */
  readonly requests: readonly PeerRequest[];
  /** Request bytes received, those of incomplete requests too. */
  readonly bytesIn: number;
  /** The next connection. */
  connected(): Promise<PeerConnection>;
  /** Resolves when no socket is open. */
  idle(): Promise<void>;
  /** Stops listening and cuts what is still open. */
  close(): Promise<void>;
}

export interface PeerConnection {
  /** Name asked for by SNI; false: none. */
  readonly servername: string | false;
  /** Whole requests received on it. */
  readonly requests: number;
  readonly isOpen: boolean;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /** Sends bytes as they are; `true`: more may be sent at once. */
  write(bytes: string | Buffer): boolean;
  /** Resolves when more may be sent, false when the connection is gone. */
  drained(): Promise<boolean>;
  /** Sends FIN. */
  end(): void;
  /** Sends RST; not on unix sockets. */
  reset(): void;
}

export interface PeerRequest {
  readonly connection: PeerConnection;
  /** 0 for the first of the peer. */
  readonly index: number;
  readonly method: string;
  readonly target: string;
  /** Names as written, in order. Values are byte strings. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The header's value, by its name in lower case; null when there is not exactly one. */
  header(name: string): string | null;
  /** A whole response. */
  respond(status: number, body?: string): void;
  /** The beginning of a response: its head, and fewer bytes of body than announced. */
  begin(): void;
}

/** What to do with a request. Nothing: it is never answered. */
export type Responder = (request: PeerRequest) => void;

export interface PeerOptions {
  /** 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
  readonly socketPath?: string;
  readonly tls?: PeerTls;
  /** Called with each connection as soon as it is there. */
  readonly greet?: (connection: PeerConnection) => void;
}

export interface PeerTls extends KeyPair {
  /** The authority of client certificates; with it, a client needs one. */
  readonly clientAuthority?: string;
  readonly maxVersion?: SecureVersion;
}

export type Listen = (responder: Responder, options?: PeerOptions) => Promise<Peer>;
