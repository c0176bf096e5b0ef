import type { GoSource, Sited } from '../../gather/files/index.js';

/** Calls that serve HTTP without any time-out, with a server that nobody can set. */
const served = /^(?:http\.(?:ListenAndServe|Serve)(?:TLS)?|gin\.Engine\.Run\w*|echo\.Echo\.Start\w*)\(/;

/** Calls of `http.ListenAndServe` and the like; not those for the loopback address, which nobody else meets. */
export function bareServers({ calls }: GoSource): Sited<string>[] {
  return calls.filter(({ value }) => served.test(value) && !value.includes('loopback'));
}

/** Whether a program of these sources answers requests. */
export function isServed(sources: readonly GoSource[]): boolean {
  return sources.some(
    (source) =>
      bareServers(source).length > 0 ||
      source.made.some(({ type }) => type === 'http.Server' || type === 'grpc.NewServer'),
  );
}
