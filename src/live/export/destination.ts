import { validateHeaderName, validateHeaderValue } from 'node:http';
import { escapeText, usageError } from '../../core/index.js';

/** Who takes the metrics of a run. */
export interface Destination {
  readonly kind: DestinationKind;
  readonly url: URL;
  /** Its secrets among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it is sent in: OTLP has protobuf and JSON. */
  readonly encoding: EncodingName;
}

export type EncodingName = 'otlp-protobuf' | 'otlp-json' | 'remote-write';

export type DestinationKind = 'otlp' | 'remote-write';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold headers: secrets are on no command line. */
export const headerVariables: Readonly<Record<DestinationKind, string>> = {
  otlp: 'OTEL_EXPORTER_OTLP_HEADERS',
  'remote-write': 'ZIPFIRE_REMOTE_WRITE_HEADERS',
};
const OTLP_PATH = '/v1/metrics';
/** As OpenTelemetry has them, the one for metrics first. */
const PROTOCOL_VARIABLES = ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
const HINT = 'otlp=http://127.0.0.1:4318 or remote-write=http://127.0.0.1:9090/api/v1/write';

/**
 * `otlp=URL`, to which `/v1/metrics` is added where it lacks that, or `remote-write=URL`. User and password of the URL
 * become a header, and headers come from the environment.
 * @throws ZipfireError `usage`, which shows no URL: there may be a secret in it
 */
export function parseDestination(text: string, env: Environment): Destination {
  const [, kind, address = ''] = /^(otlp|remote-write)=(.*)$/s.exec(text) ?? [];
  if (kind !== 'otlp' && kind !== 'remote-write')
    throw usageError(
      `--export: "${escapeText(text.replace(/[=:/].*$/s, ''), { maxLength: 30 })}" is nothing that metrics are sent to`,
      HINT,
    );
  if (!URL.canParse(address)) throw usageError(`--export ${kind}=…: that is no URL`, HINT);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw usageError(`--export ${kind}=…: expected http:// or https://, read ${url.protocol}`, HINT);
  const credentials = credentialsOf(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  if (kind === 'otlp' && !url.pathname.endsWith(OTLP_PATH))
    url.pathname = `${url.pathname.replace(/\/$/, '')}${OTLP_PATH}`;
  const headers = { ...credentials, ...readHeaders(headerVariables[kind], env) };
  return { kind, url, headers, encoding: kind === 'otlp' ? readProtocol(env) : kind };
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = [username, password].map(decoded).join(':');
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** gRPC is for others in this environment: --export is for HTTP. */
function readProtocol(env: Environment): EncodingName {
  const variable = PROTOCOL_VARIABLES.find((name) => (env[name] ?? '') !== '');
  const protocol = variable === undefined ? 'http/protobuf' : env[variable];
  if (protocol === 'http/json') return 'otlp-json';
  if (protocol === 'http/protobuf' || protocol === 'grpc') return 'otlp-protobuf';
  throw usageError(
    `${variable}: "${escapeText(protocol ?? '', { maxLength: 30 })}" is no encoding of OTLP over HTTP`,
    'http/protobuf or http/json',
  );
}

/** `authorization=Bearer%20abc,x-scope-orgid=7`, values percent-encoded, as OpenTelemetry has it. */
function readHeaders(variable: string, env: Environment): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of (env[variable] ?? '').split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = decoded(pair.slice(at + 1).trim());
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      // Without what was read: it is a secret.
      throw usageError(
        `${variable}: expected headers`,
        `${variable}='authorization=Bearer%20…,x-scope-orgid=7'`,
      );
    }
    headers[name] = value;
  }
  return headers;
}

/** A text that is not encoded is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
