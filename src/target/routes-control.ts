import { pipeline, Readable } from 'node:stream';
import type { Route } from './route.js';

const read = ['GET', 'HEAD'] as const;

/** The routes that show the service itself. The page at / lists `all` routes, itself included. */
export function controlRoutes(all: () => readonly Route[]): readonly Route[] {
  return [
    {
      path: '/',
      methods: read,
      about: 'this page',
      isControl: true,
      run: ({ service, req, res }) => service.respond.text(req, res, 200, describe(all())),
    },
    {
      path: '/healthz',
      methods: read,
      about: '200 as long as the event loop turns',
      isControl: true,
      run: ({ service, req, res }) => service.respond.text(req, res, 200, 'ok'),
    },
    {
      path: '/metrics',
      methods: read,
      about: "the service's own figures, in Prometheus' text format",
      isControl: true,
      run: ({ service, req, res }) => {
        const headers = ['Content-Type', 'text/plain; version=0.0.4; charset=utf-8'];
        service.respond.send(req, res, 200, headers, service.metrics.render());
      },
    },
    {
      path: '/log',
      methods: [...read, 'DELETE'],
      about: 'requests by key, the most frequent first (needs recordKeys); DELETE starts it anew',
      isControl: true,
      run: ({ service, req, res }) => {
        const log = service.keyLog;
        if (log === null) {
          service.respond.text(req, res, 404, 'keys are not recorded; start with --record-keys');
        } else if (req.method === 'DELETE') {
          log.clear();
          service.respond.send(req, res, 204, [], '');
        } else {
          service.respond.begin(req, res, 200, ['Content-Type', 'application/json']);
          if (req.method === 'HEAD') res.end();
          else pipeline(Readable.from(log.toJson()), res, ignore);
        }
      },
    },
  ];
}

function describe(routes: readonly Route[]): string {
  const lines = routes.map(
    ({ path, methods, about }) => `${path.padEnd(14)} ${methods.join(' ')}\n${' '.repeat(15)}${about}`,
  );
  return ['zipfire target: a key-value store to aim load at', '', ...lines].join('\n');
}

/** A client that goes away in mid-response is no error of the service's. */
function ignore(): void {}
