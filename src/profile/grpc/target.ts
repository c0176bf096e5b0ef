import { escapeText, usageError } from '../../core/index.js';

/**
 * The URL of the target of `zipfire grpc`:
 *
 * ```
 * host:port  dns:///host:port            grpc://host:port, with TLS grpcs://
 * unix:///run/app.sock  unix:app.sock    grpc+unix://, with TLS grpcs+unix://
 * grpc:// grpcs:// grpc+unix:// …        as they are
 * ```
 *
 * @param tls whether a flag asks for TLS; null: none says anything
 * @throws ZipfireError `usage`
 */
export function grpcUrl(text: string | undefined, tls: boolean | null): string {
  if (text === undefined) throw usageError('missing', 'give host and port: 127.0.0.1:50051');
  const source = text.trim();
  const given = /^(grpcs?)(\+unix)?:\/\//i.exec(source);
  if (given !== null) {
    const isTls = given[1]?.toLowerCase() === 'grpcs';
    if (tls === null || tls === isTls) return source;
    const other = isTls ? '--plaintext' : 'a flag asks for TLS';
    throw usageError(`${given[0]} contradicts: ${other}`, `write ${isTls ? 'grpc' : 'grpcs'}://`);
  }
  if (/^(https?|h2c):\/\//i.test(source)) {
    const hint = `for gRPC write ${/^https/i.test(source) ? 'grpcs' : 'grpc'}://, for HTTP use zipfire run`;
    throw usageError(`expected a gRPC target, read ${shown(source)}`, hint);
  }
  const scheme = tls === true ? 'grpcs' : 'grpc';
  const unix = /^unix:(?:\/\/)?(.+)$/.exec(source);
  if (unix !== null) return `${scheme}+unix://${unix[1]}`;
  return `${scheme}://${hostAndPort(source)}`;
}

/** The `host:port` of a name as gRPC clients take them. */
function hostAndPort(source: string): string {
  const dns = /^(?:dns|passthrough):(?:\/\/([^/]*)\/)?(.+)$/.exec(source);
  if (dns !== null && (dns[1] ?? '') !== '') {
    throw usageError(
      `names are looked up by this machine, not by ${escapeText(dns[1] ?? '')}`,
      'write dns:///host:port',
    );
  }
  const place = dns?.[2] ?? source;
  if (/^(\[[\da-f:.%]+\]|[^\s/:@?#]+):\d+$/i.test(place)) return place;
  throw usageError(
    `expected a target such as 127.0.0.1:50051 or unix:///run/app.sock, read ${shown(source)}`,
  );
}

function shown(source: string): string {
  return `"${escapeText(source.replace(/(^|\/\/)[^/?#]*@/, '$1'), { maxLength: 80 })}"`;
}
