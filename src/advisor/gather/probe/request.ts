import type { Target } from '../../../core/index.js';

/** What probes ask for: something cheap that the service answers, over and over. */
export interface ProbeRequest {
  /** Names and values, fixed; without Host and Connection. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Sent by POST in two segments, where the load posts this anyway; null: nothing is posted. */
  readonly body: string | null;
}

/** GET of the target's path, as bytes. */
export function getRequest(target: Target, { headers }: ProbeRequest): Buffer[] {
  return [Buffer.from(`${headOf('GET', target, headers)}\r\n`, 'latin1')];
}

/** POST to the target's path: head and body apart, which the network then carries as two segments. */
export function postInTwo(target: Target, { headers }: ProbeRequest, body: string): Buffer[] {
  const bytes = Buffer.from(body, 'utf8');
  const head = `${headOf('POST', target, headers)}content-length: ${bytes.length}\r\n\r\n`;
  return [Buffer.from(head, 'latin1'), bytes];
}

function headOf(method: string, { path, authority }: Target, headers: ProbeRequest['headers']): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${lines.join('')}`;
}
