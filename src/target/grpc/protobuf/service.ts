import type { MessageType } from './message.js';

/** A method of a service: what it takes and gives, and which side sends more than one message. */
export interface Method<Req, Res> {
  readonly request: MessageType<Req>;
  readonly response: MessageType<Res>;
  readonly clientStreams: boolean;
  readonly serverStreams: boolean;
}

/** A service, as a `.proto` file declares it. */
export interface ServiceType {
  /** With the package: `kv.v1.KV`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, Method<unknown, unknown>>>;
}

export const unary = <Req, Res>(request: MessageType<Req>, response: MessageType<Res>): Method<Req, Res> => ({
  request,
  response,
  clientStreams: false,
  serverStreams: false,
});

export const serverStreaming = <Req, Res>(
  request: MessageType<Req>,
  response: MessageType<Res>,
): Method<Req, Res> => ({ request, response, clientStreams: false, serverStreams: true });

export const clientStreaming = <Req, Res>(
  request: MessageType<Req>,
  response: MessageType<Res>,
): Method<Req, Res> => ({ request, response, clientStreams: true, serverStreams: false });

export const bidirectional = <Req, Res>(
  request: MessageType<Req>,
  response: MessageType<Res>,
): Method<Req, Res> => ({ request, response, clientStreams: true, serverStreams: true });
