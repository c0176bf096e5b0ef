import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpHit } from './http-hit.js';
import type { KeyValue } from './key-value.js';
import type { Responder } from './responder.js';
import type { Service } from './service.js';

/** The parts a route may use. */
export interface HttpService extends Service {
  readonly keyValue: KeyValue;
  readonly respond: Responder;
}

/** A request on its way to a route. */
export interface Call {
  readonly service: HttpService;
  readonly hit: HttpHit;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Path and query. */
  readonly target: string;
  /** What stands for the `:name` of the route's path, as sent; empty when it has none. */
  readonly param: string;
}

export interface Route {
  /** `/name` or `/name/:param`. */
  readonly path: string;
  /** With HEAD wherever GET is; OPTIONS is every route's. */
  readonly methods: readonly string[];
  readonly about: string;
  /** A control route shows the service itself: no latency, limit, stall or fault touches it. */
  readonly isControl: boolean;
  run(call: Call): void;
}

/** The parameter as a number in [min, max]; otherwise answers 400 and gives null. */
export function numberParam(call: Call, min: number, max: number, integer = true): number | null {
  const value = /^\d{1,12}(\.\d{1,9})?$/.test(call.param) ? Number(call.param) : Number.NaN;
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value;
  const kind = integer ? 'an integer' : 'a number';
  call.service.respond.text(call.req, call.res, 400, `give ${kind} from ${min} to ${max}`);
  return null;
}
