/** What the specs of this folder use to talk to a target; no part of the product. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TargetOptions } from './options.js';
import { startTarget, type TargetHandle } from './target.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  /** A byte string. */
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** Without one, the connection is closed after the response. */
  readonly agent?: Agent;
}

/** One request, one whole response; rejects when the connection fails. */
export function ask(target: TargetHandle, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent } = question;
  const where =
    target.port === 0 ? { socketPath: target.address } : { host: target.address, port: target.port };
  return new Promise((resolve, reject) => {
    const req = request({ ...where, path, method, headers, agent: agent ?? false }, (res) => {
      let text = '';
      res.setEncoding('latin1');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, trailers: res.trailers, body: text });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Runs `use` against a target of its own and closes it, whatever happens. */
export async function withTarget(
  options: Partial<TargetOptions>,
  use: (target: TargetHandle) => Promise<void>,
): Promise<void> {
  const target = await startTarget({ closeGraceMs: 0, ...options });
  try {
    await use(target);
  } finally {
    await target.close();
  }
}

/** A keep-alive agent of one connection, destroyed at the end. */
export async function withAgent(use: (agent: Agent) => Promise<void>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await use(agent);
  } finally {
    agent.destroy();
  }
}

/** A bare connection that keeps what it reads; errors end it like any other end. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  readonly closed: Promise<void>;

  /** @param isPaused read nothing, not even into a buffer, until `socket.resume` */
  constructor(target: TargetHandle, isPaused = false) {
    this.socket = connect(target.port, target.address);
    // Before there is a listener: it would start the reading.
    if (isPaused) this.socket.pause();
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => {
      this.received += chunk;
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }
}

/** Turns the event loop until `isTrue`; a test that waits for ever is ended by the runner. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
