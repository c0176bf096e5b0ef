import {
  type BodySpec,
  type Feeder,
  type GrpcCall,
  type GrpcPlan,
  type Plan,
  type PlanOperation,
  type Replay,
  type Target,
  ZipfireError,
} from '../core/index.js';
import { isSecretVariable, looksSecret } from './secret-names.js';

const REDACTED = '[redacted]';

/** Shorter secrets are hidden where they are a whole value; inside texts they would hide half of every word. */
const MIN_INSIDE = 4;
/** Of the environment as a whole, in which `SESSION=x11` is no secret. */
const MIN_OF_ENVIRONMENT = 6;
/** Messages cut long texts off. */
const SHOWN_START = 16;

/**
 * A plan as a result may show it, without
 *
 * - values of headers, tags and query parameters whose names look secret, except templates
 * - user and password of URLs, the TLS key
 * - values that came from environment variables whose names look secret, wherever they ended up: as they
 *   were, percent-encoded, or escaped for JSON
 *
 * Contents of files are replaced with their size, and of compiled messages and schemas nothing is shown.
 */
export function redactPlan(plan: Plan): Record<string, unknown> {
  const { secrets = [], ...rest } = plan;
  const { client } = plan.load;
  const shown = {
    ...rest,
    target: redactTarget(plan.target),
    ...(plan.tags === undefined ? {} : { tags: redactTags(plan.tags) }),
    ...(plan.data === undefined ? {} : { data: mapValues(plan.data, redactFeeder) }),
    operations: plan.operations.map(redactOperation),
    ...(plan.grpc === undefined ? {} : { grpc: redactGrpc(plan.grpc) }),
    ...(plan.replay === undefined ? {} : { replay: redactReplay(plan.replay) }),
    load: {
      ...plan.load,
      client: { ...client, proxy: client.proxy === null ? null : redactUrl(client.proxy) },
    },
  };
  return mapTexts(shown, hider(secrets)) as Record<string, unknown>; // an object maps to an object
}

/**
 * A text of the server's as a result may show it: it may say again what was sent to it, so without the values that
 * came from secret variables, and those of headers and metadata whose names look secret.
 */
export function redactEcho(plan: Plan, text: string): string {
  return hider(secretsOf(plan))(text);
}

/**
 * An error that may be shown: a message says what was read, a script what it likes, and a server what it was sent.
 * @param env a script may read any of it
 */
export function redactPlanError(
  plan: Plan,
  error: unknown,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const known = Object.entries(env).flatMap(([name, value = '']) =>
    isSecretVariable(name) && value.length >= MIN_OF_ENVIRONMENT ? [value] : [],
  );
  return redactError(error, [...secretsOf(plan), ...known]);
}

/** An error without secrets in its message and hint, also where those show the beginning of one alone. */
export function redactError(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof ZipfireError) || secrets.length === 0) return error;
  const hideWhole = hider(secrets);
  const starts = secrets
    .filter(({ length }) => length > SHOWN_START)
    .map((text) => text.slice(0, SHOWN_START));
  const hide = (text: string) =>
    starts.reduce(
      (shown, start) =>
        shown
          .split(start)
          .map((part, i) => (i === 0 ? part : part.replace(/^[^\s"]*/, REDACTED)))
          .join(''),
      hideWhole(text),
    );
  const { code, message, hint, cause } = error;
  return new ZipfireError(code, hide(message), hint === undefined ? undefined : hide(hint), cause);
}

/** A text of the profile's without the values that came from secret variables. */
export function redactText(text: string, secrets: readonly string[]): string {
  return hider(secrets)(text);
}

function secretsOf(plan: Plan): string[] {
  const metadata = plan.grpc?.schema.reflectMetadata ?? [];
  const sent = [...plan.operations.flatMap(({ headers }) => headers), ...metadata]
    .filter(([name]) => looksSecret(name))
    // `Bearer abc`: a server rather says which token it was.
    .flatMap(([, value]) => [value, ...value.split(' ').slice(1)])
    .filter((value) => value !== '' && !value.includes('{{'));
  return [...(plan.secrets ?? []), ...sent];
}

/** A URL without user, password, and values of query parameters whose names look secret. */
export function redactUrl(url: string): string {
  return redactQuery(url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, `$1${REDACTED}@`));
}

function redactQuery(path: string): string {
  return path.replace(
    /([?&])([^=&#?]+)=([^&#]*)/g,
    (pair: string, mark: string, name: string, value: string) =>
      looksSecret(name) && !value.includes('{{') ? `${mark}${name}=${REDACTED}` : pair,
  );
}

/**
 * The text of a body without the values of fields whose names look secret: of JSON, and of a form. A lone `key` is that
 * of an entry, and no secret; templates stay, as they are none.
 */
function redactFields(text: string): string {
  const hides = (name: string, value: string) =>
    looksSecret(name) && !/^key$/i.test(name) && !value.includes('{{');
  const json = text.replace(
    /"([^"\\]{1,100})"(\s*:\s*)("(?:[^"\\]|\\.)*"|[-\d][\w.+-]*)/g,
    (field: string, name: string, colon: string, value: string) =>
      hides(name, value) ? `"${name}"${colon}"${REDACTED}"` : field,
  );
  if (json !== text || !/^[^\s{}[\]"<>]+=/.test(text)) return json;
  return text.replace(/(^|&)([^=&]+)=([^&]*)/g, (field: string, mark: string, name: string, value: string) =>
    hides(name, value) ? `${mark}${name}=${REDACTED}` : field,
  );
}

function redactTarget(target: Target): unknown {
  const { tls } = target;
  return {
    ...target,
    url: redactUrl(target.url),
    path: redactQuery(target.path),
    tls: tls && { ...tls, ca: sized(tls.ca), cert: sized(tls.cert), key: tls.key === null ? null : REDACTED },
  };
}

function redactOperation(operation: PlanOperation): unknown {
  return {
    ...operation,
    path: redactQuery(operation.path),
    headers: operation.headers.map(redactHeader),
    body: operation.body && redactBody(operation.body),
    ...(operation.call === undefined ? {} : { call: redactCall(operation.call) }),
  };
}

/** Which file and how much of it; nothing of what is in it. */
function redactFeeder({ table, ...feeder }: Feeder): unknown {
  return { ...feeder, columns: table.columns, rows: table.rows };
}

/** What the log was and what of it is sent; nothing of its requests but the methods. */
function redactReplay({ log, ...replay }: Replay): unknown {
  if (log === null) return replay;
  const { path: _path, shapes: _shapes, ...shown } = log;
  return { ...replay, log: shown };
}

function mapValues<T>(
  map: Readonly<Record<string, T>>,
  change: (value: T) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}

function redactTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(redactHeader));
}

function redactHeader([name, value]: readonly [string, string]): [string, string] {
  return [name, looksSecret(name) ? REDACTED : value];
}

function redactCall({ data, compiled, ...call }: GrpcCall): unknown {
  return {
    ...call,
    data:
      data.kind === 'json'
        ? { ...data, text: redactFields(data.text) }
        : { kind: data.kind, name: data.name, size: Buffer.byteLength(data.base64, 'base64') },
    compiled: compiled && { kind: compiled.kind, path: compiled.path, messages: compiled.messages.length },
  };
}

function redactGrpc({ schema, maxMessageBytes }: GrpcPlan): unknown {
  return {
    schema: { ...schema, reflectMetadata: schema.reflectMetadata.map(redactHeader) },
    maxMessageBytes,
  };
}

function redactBody(body: BodySpec): unknown {
  if (body.kind === 'text') return { ...body, template: redactFields(body.template) };
  if (body.kind !== 'file') return body;
  return { kind: body.kind, path: body.path, size: Buffer.byteLength(body.base64, 'base64') };
}

function sized(text: string | null): string | null {
  return text === null ? null : `[${text.length} bytes]`;
}

/** Replaces secrets in a text, the longest first, so that none is left in part. */
function hider(secrets: readonly string[]): (text: string) => string {
  const whole = new Set(secrets);
  const inside = new Set<string>();
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      if (form.length >= MIN_INSIDE) inside.add(form);
    }
  }
  const forms = [...inside].sort((a, b) => b.length - a.length);
  return (text) => {
    if (whole.has(text)) return REDACTED;
    return forms.reduce((shown, form) => shown.replaceAll(form, REDACTED), text);
  };
}

/** Plain data with every text in it changed; names are left alone. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}
