import type { HeaderText, Target, Text } from '../../core/index.js';

/** Fields of HTTP/1.1 that have no place in HTTP/2 (RFC 9113 §8.2.2), and those that the pseudo-headers replace. */
const NOT_SENT = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Fields whose values are never to be kept in a compression table (RFC 7541 §7.1.3). */
const SENSITIVE = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Whether a field of the operation goes into the request as it is. @param name in lower case */
export function isSentAsGiven(name: string): boolean {
  return !NOT_SENT.has(name);
}

/** @param name in lower case */
export function isSensitive(name: string): boolean {
  return SENSITIVE.has(name);
}

/** What `:authority` says: the operation's Host, or the target's. */
export function authorityOf(headers: readonly HeaderText[], target: Target): Text {
  return headers.find(({ name }) => name.toLowerCase() === 'host')?.value ?? [target.authority];
}
