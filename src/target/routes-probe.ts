import { pipeline, Readable } from 'node:stream';
import { parseDurationMs } from '../core/index.js';
import { attempt } from './attempt.js';
import { readBody } from './body.js';
import { keyValueMethods } from './key-value.js';
import { type Call, numberParam, type Route } from './route.js';

const MAX_BYTES = 64 * 2 ** 20;
const MAX_CHUNKS = 10_000;
const MAX_EVENTS = 10_000;
const MAX_REDIRECTS = 100;
const MAX_DELAY_MS = 60_000;

const read = ['GET', 'HEAD'] as const;
const any = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'] as const;
const block = Buffer.alloc(64 * 1024, 'zipfire ');

/** The routes that load goes to: the store, and shapes of responses that clients have to cope with. */
export const probeRoutes: readonly Route[] = [
  {
    path: '/kv/:key',
    methods: keyValueMethods,
    about: 'the store; PUT and POST take ?ttl=30s, If-Match and If-None-Match',
    isControl: false,
    run: ({ service, req, res, target }) => service.keyValue.serve(req, res, target),
  },
  {
    path: '/echo',
    methods: any,
    about: 'the request as JSON',
    isControl: false,
    run: echo,
  },
  {
    path: '/bytes/:n',
    methods: read,
    about: `n bytes, at most ${MAX_BYTES}`,
    isControl: false,
    run: bytes,
  },
  {
    path: '/chunked/:n',
    methods: read,
    about: `n chunks, at most ${MAX_CHUNKS}, and a trailer with their number`,
    isControl: false,
    run: chunked,
  },
  {
    path: '/stream',
    methods: read,
    about: 'server-sent events: ?n=10&every=100ms',
    isControl: false,
    run: stream,
  },
  {
    path: '/delay/:ms',
    methods: any,
    about: `answers after so many milliseconds, at most ${MAX_DELAY_MS}; never early`,
    isControl: false,
    run: (call) => {
      const ms = numberParam(call, 0, MAX_DELAY_MS, false);
      if (ms === null) return;
      call.service.delays.after(ms * 1e6, () => {
        if (!call.hit.ended) call.service.respond.text(call.req, call.res, 200, `${ms} ms`);
      });
    },
  },
  {
    path: '/status/:code',
    methods: any,
    about: 'a response with this status, 200 to 599',
    isControl: false,
    run: (call) => {
      const code = numberParam(call, 200, 599);
      if (code === null) return;
      const isEmpty = code === 204 || code === 205 || code === 304;
      if (isEmpty) call.service.respond.send(call.req, call.res, code, [], '');
      else call.service.respond.text(call.req, call.res, code, `status ${code}`, statusHeaders[code]);
    },
  },
  {
    path: '/redirect/:n',
    methods: any,
    about: `n redirects (302) and then 200; at most ${MAX_REDIRECTS}`,
    isControl: false,
    run: (call) => {
      const left = numberParam(call, 0, MAX_REDIRECTS);
      if (left === null) return;
      const location = ['Location', `/redirect/${left - 1}`];
      if (left === 0) call.service.respond.text(call.req, call.res, 200, 'arrived');
      else call.service.respond.text(call.req, call.res, 302, `${left} to go`, location);
    },
  },
];

/** What RFC 9110 demands beside some statuses. */
const statusHeaders: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate', 'Basic realm="zipfire"'],
  405: ['Allow', ''],
  407: ['Proxy-Authenticate', 'Basic realm="zipfire"'],
  426: ['Upgrade', 'HTTP/1.1', 'Connection', 'upgrade'],
};

function echo({ service, req, res }: Call): void {
  readBody(req, service.options.maxBodyBytes, (body) => {
    if (body === null) {
      service.respond.tooLarge(req, res, service.options.maxBodyBytes);
      return;
    }
    const raw = Buffer.from(body, 'latin1');
    const text = raw.toString('utf8');
    const isText = Buffer.from(text, 'utf8').equals(raw);
    service.respond.json(req, res, 200, {
      method: req.method,
      target: req.url,
      httpVersion: req.httpVersion,
      headers: req.headers,
      rawHeaders: req.rawHeaders,
      body: isText ? text : raw.toString('base64'),
      bodyEncoding: isText ? 'utf8' : 'base64',
    });
  });
}

function bytes(call: Call): void {
  const size = numberParam(call, 0, MAX_BYTES);
  if (size === null) return;
  const { service, req, res } = call;
  const headers = ['Content-Type', 'application/octet-stream', 'Content-Length', String(size)];
  service.respond.begin(req, res, 200, headers);
  if (req.method === 'HEAD' || size <= block.length) res.end(block.subarray(0, size));
  else pipeline(Readable.from(blocks(size)), res, ignore);
}

function* blocks(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
}

/** The trailer may be dropped on the way by whoever did not ask for it; nothing depends on it. */
function chunked(call: Call): void {
  const count = numberParam(call, 0, MAX_CHUNKS);
  if (count === null) return;
  const { service, req, res } = call;
  service.respond.begin(req, res, 200, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Transfer-Encoding',
    'chunked',
    'Trailer',
    'Chunks',
  ]);
  res.addTrailers({ Chunks: String(count) });
  let sent = 0;
  const next = (error?: Error | null) => {
    if (error) return;
    if (sent === count || req.method === 'HEAD') res.end();
    // One after the other: newer versions of Node join what is written in one turn to one chunk.
    else res.write(`chunk ${++sent}\n`, next);
  };
  next();
}

function stream({ service, hit, req, res, target }: Call): void {
  const mark = target.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  const count = /^\d{1,6}$/.test(query.get('n') ?? '10') ? Number(query.get('n') ?? '10') : Number.NaN;
  const everyMs = attempt(parseDurationMs, query.get('every') ?? '100ms');
  if (!(count <= MAX_EVENTS) || everyMs === null || everyMs > MAX_DELAY_MS) {
    service.respond.text(req, res, 400, `give n up to ${MAX_EVENTS} and every up to ${MAX_DELAY_MS}ms`);
    return;
  }
  service.respond.begin(req, res, 200, ['Content-Type', 'text/event-stream', 'Cache-Control', 'no-store']);
  let sent = 0;
  const next = () => {
    if (hit.ended) return;
    if (sent === count || req.method === 'HEAD') {
      res.end();
      return;
    }
    sent++;
    const wait = () => service.delays.after(everyMs * 1e6 || 1, next);
    // Not before the client has taken the last one.
    if (res.write(`id: ${sent}\ndata: event ${sent} of ${count}\n\n`)) wait();
    else res.once('drain', wait);
  };
  next();
}

/** A client that goes away in mid-response is no error of the service's. */
function ignore(): void {}
