import type { HttpHit } from './http-hit.js';
import type { HttpService, Route } from './route.js';
import { controlRoutes } from './routes-control.js';
import { probeRoutes } from './routes-probe.js';

export const routes: readonly Route[] = [...controlRoutes(() => routes), ...probeRoutes];

/** By what stands before the parameter: `/bytes/` for /bytes/:n, `/echo` for /echo. */
const routeOf = new Map(routes.map((route) => [route.path.replace(/:.*$/, ''), route]));

/** The route of a request target; undefined when there is none. */
export function findRoute(target: string): { route: Route; param: string } | undefined {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const exact = routeOf.get(path);
  if (exact !== undefined) return { route: exact, param: '' };
  // All that follows /kv/ is the key, slashes too; any other parameter refuses them itself.
  const prefix = path.slice(0, path.indexOf('/', 1) + 1);
  const route = routeOf.get(prefix);
  return route === undefined || prefix === '/' ? undefined : { route, param: path.slice(prefix.length) };
}

/** Whether a request shows the service itself, and so must be answered whatever the service pretends. */
export function isControl(target: string): boolean {
  return findRoute(originForm(target))?.route.isControl === true;
}

/** Hands a request to its route: 404 without one, 405 with Allow for another method, and OPTIONS for all. */
export function dispatch(service: HttpService, hit: HttpHit): void {
  const { req, res } = hit;
  const target = originForm(req.url ?? '/');
  const found = findRoute(target);
  if (found === undefined && !(req.method === 'OPTIONS' && target === '*')) {
    service.respond.text(req, res, 404, 'no such route; GET / lists them');
    return;
  }
  const methods = found?.route.methods ?? ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'];
  const allow = ['Allow', [...methods, 'OPTIONS'].join(', ')];
  if (req.method === 'OPTIONS') service.respond.send(req, res, 204, allow, '');
  else if (!methods.includes(req.method ?? '')) {
    service.respond.text(req, res, 405, `this route takes ${methods.join(', ')}`, allow);
  } else found?.route.run({ service, hit, req, res, target, param: found.param });
}

/** `http://host/path` as proxies send it means `/path` (RFC 9112 section 3.2.2). */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target);
  if (absolute === null) return target;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
