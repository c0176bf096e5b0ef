import { type Method, type ServiceType, WireError } from './protobuf/index.js';
import { Failure, fail } from './status.js';

/** What a method is told of its call: each request as it comes, and their end. */
export interface Requests<Req> {
  /** Not called while the exchange is full. */
  message(request: Req): void;
  end(): void;
}

/** What a method can see of its call, and do with it, beside sending responses. */
export interface Exchange {
  /** False once the call is over: what is sent then goes nowhere. */
  readonly isOpen: boolean;
  /** The client does not read as fast as we write: wait for `onDrain`. */
  readonly isFull: boolean;
  /** Called each time the exchange is no longer full. */
  onDrain: (() => void) | null;
  /** Called when the call is over, however it ended. */
  onClosed: (() => void) | null;
  /** Ends the call: with OK, or as it failed. */
  finish(failure?: Failure): void;
}

export type Send<Res> = (response: Partial<Res>) => void;

/** Begins a call of a method. */
export type Handler<Req, Res> = (call: Exchange, send: Send<Res>) => Requests<Req>;

/** A handler for each method of a service. */
export type Handlers<S extends ServiceType> = {
  readonly [Name in keyof S['methods']]: S['methods'][Name] extends Method<infer Req, infer Res>
    ? Handler<Req, Res>
    : never;
};

/** A method as a server calls it: messages are bytes. */
export interface BoundMethod {
  /** `/kv.v1.KV/Get` */
  readonly path: string;
  /** Of the method alone. */
  readonly name: string;
  /** Shows the service itself: no latency, limit, stall or fault touches it. */
  readonly isControl: boolean;
  open(call: Exchange, send: (response: string) => void): Requests<Buffer>;
}

/** Ties the handlers to the messages of their service. */
export function bind<S extends ServiceType>(
  service: S,
  handlers: Handlers<S>,
  isControl: boolean,
): BoundMethod[] {
  return Object.entries(service.methods).map(([name, method]) => {
    // By its name the handler is the one for this method: `Handlers` says so.
    const handler = handlers[name as keyof Handlers<S>] as Handler<unknown, unknown>;
    return {
      path: `/${service.name}/${name}`,
      name,
      isControl,
      open: (call, send) => {
        const requests = handler(call, (values) => send(method.response.encode(values)));
        return {
          message: (bytes) => {
            const values = decode(() => method.request.decode(bytes));
            if (values instanceof Failure) call.finish(values);
            else requests.message(values);
          },
          end: () => requests.end(),
        };
      },
    };
  });
}

/** A handler of a method that answers one request with one response. */
export function answer<Req, Res>(run: (request: Req) => Partial<Res> | Failure): Handler<Req, Res> {
  return respond((request, call, send) => {
    const response = run(request);
    if (response instanceof Failure) {
      call.finish(response);
    } else {
      send(response);
      call.finish();
    }
  });
}

/** A handler of a method that takes one request, and responds as often as it likes. */
export function respond<Req, Res>(
  run: (request: Req, call: Exchange, send: Send<Res>) => void,
): Handler<Req, Res> {
  return (call, send) => {
    let request: Req | undefined;
    return {
      message: (given) => {
        if (request === undefined) request = given;
        else call.finish(fail('INTERNAL', 'this method takes one request, and there are more'));
      },
      end: () => {
        if (request === undefined) call.finish(fail('INTERNAL', 'this method takes one request'));
        else run(request, call, send);
      },
    };
  };
}

function decode<T>(read: () => T): T | Failure {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return fail('INTERNAL', `the request is no such message: ${error.message}`);
  }
}
