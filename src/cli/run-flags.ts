import type { Argv, Options } from 'yargs';
import { usageError } from '../core/index.js';
import type { RunFlags } from '../profile/index.js';
import { reportFormats } from '../report/formats.js';

export const runExamples = `Examples:
  closed loop, as wrk:      zipfire http://127.0.0.1:8080/kv/user_1 -c 64 -d 30s
  open loop, skewed keys:   zipfire 'http://127.0.0.1:8080/kv/{{key}}' --keys zipf:n=1e6,alpha=1.2 -R 20k
  a load gate for CI:       zipfire run hot.yaml --gate 'p99 < 50ms' --out result.json`;

type Flag = Options & { describe: string };
type More = Omit<Options, 'describe'>;

const text = (describe: string, more: More = {}): Flag => ({
  type: 'string',
  requiresArg: true,
  describe,
  ...more,
});
const list = (describe: string, more: More = {}): Flag => text(describe, { array: true, ...more });
const flag = (describe: string, more: More = {}): Flag => ({ type: 'boolean', describe, ...more });

const load: Record<string, Flag> = {
  connections: text('connections in all [10]', { alias: 'c' }),
  workers: text('worker threads [one a core]', { alias: ['t', 'threads'] }),
  duration: text('length of the measured window, 30s or 2m [10s]', { alias: 'd' }),
  requests: text('number of requests, in place of a duration', { alias: 'n' }),
  rate: text('requests per second of an open loop, 20k; without it a closed loop', { alias: 'R' }),
  arrivals: text('spacing of an open loop: constant or poisson'),
  keys: list(
    'key distribution for {{key}}: zipf:n=1e6,alpha=1.2, uniform:n=1e6, hotspot:n=1e6,hot=50,share=0.7',
  ),
  warmup: text('time before the window that no figure holds'),
  repeat: text('runs of the measured window, merged'),
  seed: text('what everything random follows from [1]'),
  pipeline: text('requests in flight on one HTTP/1.1 connection'),
  streams: text('requests in flight on one HTTP/2 connection'),
};

const request: Record<string, Flag> = {
  method: text('method; POST with a body', { alias: 'X' }),
  header: list("header line 'Name: value'; again for more", { alias: 'H' }),
  body: text('body, a template; @file for the bytes of a file', { alias: 'b' }),
  timeout: text('from the send to the last byte of the response [10s]'),
};

const connection: Record<string, Flag> = {
  'connect-timeout': text('for a connection to be made [5s]'),
  keepalive: flag('keep connections open; --no-keepalive opens one for each request'),
  http1: flag('speak HTTP/1.1'),
  http2: flag('speak HTTP/2'),
  insecure: flag('accept any certificate', { alias: 'k' }),
  cacert: text('file of the certificates to trust (PEM)'),
  cert: text('file of the client certificate (PEM)'),
  key: text('file of the key of the client certificate (PEM)'),
  servername: text('name for SNI and the certificate check'),
  'unix-socket': text('connect to this socket, whatever host the URL names'),
  driver: text('wire (fast) or undici (a full client)'),
  redirects: text('redirects to follow (undici)'),
  proxy: text('URL of an HTTP proxy (undici)'),
  decompress: flag('ask for compressed responses and decompress them (undici)'),
};

const output: Record<string, Flag> = {
  gate: list("verdict on a figure: 'p99 < 50ms'; again for more; exit 3 if one fails"),
  ...Object.fromEntries(reportFormats.map((format) => [format.flag, text(format.description)])),
  quiet: flag('no progress on stderr', { alias: 'q' }),
  name: text('name of the run, for reports'),
};

/** Taken because wrk takes them: one asks for what is always shown, the other is refused with a hint. */
const wrk: Record<string, Flag> = {
  latency: flag('', { hidden: true }),
  script: text('', { alias: 's', hidden: true }),
};

const groups: Readonly<Record<string, Record<string, Flag>>> = {
  'Load:': load,
  'Request:': request,
  'Connection:': connection,
  'Result:': output,
};

/** Declares every flag of `run`. All values are texts: `profile` reads them, with one message for each mistake. */
export function addRunFlags(yargs: Argv): Argv {
  for (const [group, flags] of Object.entries(groups)) {
    for (const [name, options] of Object.entries(flags)) yargs.option(name, { ...options, group });
  }
  return yargs.options(wrk);
}

const lists = new Set(['keys', 'header', 'gate']);
/** Names of all flags of `run`, without dashes. */
export const runFlagNames = Object.values({ ...groups, wrk }).flatMap((flags) => Object.keys(flags));

/** The flags as `profile` takes them: camel case, and one value where one is meant. */
export function readRunFlags(argv: Readonly<Record<string, unknown>>): RunFlags {
  const flags: Record<string, unknown> = {};
  for (const name of runFlagNames) {
    const value = argv[name];
    if (value === undefined) continue;
    if (Array.isArray(value) && !lists.has(name))
      throw usageError(`--${name} is given more than once`, 'give it once');
    flags[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return flags as RunFlags;
}
