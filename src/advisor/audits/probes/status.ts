/** Answers of clients' faults after which servers do not trust what comes next, or want less of it. */
const ENDING = new Set([400, 408, 411, 413, 414, 417, 429, 431]);

/**
 * Whether a server may end a connection because of such an answer, whatever it does else: a redirect, which is often not
 * the service's own, an error of its own, and some of the client's. 404 is none of them.
 */
export function endsConnections(status: number): boolean {
  return (status >= 300 && status < 400 && status !== 304) || status >= 500 || ENDING.has(status);
}
