import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Slot } from '../counters.js';
import { MAX_KEY_BYTES } from '../keyspace.js';
import type { Service } from '../service.js';
import { runStages } from '../stages.js';
import { Call, type CallObserver } from './call.js';
import type { BoundMethod } from './handler.js';
import { MessageReader } from './message-reader.js';
import { type CallHead, notGrpc, readHead } from './request-head.js';
import { endStream, swallowRest } from './response.js';
import type { Session } from './sessions.js';
import { Failure, fail } from './status.js';

/** What a message holds beside its value at most: a key, and what frames the two. */
const MESSAGE_OVERHEAD = MAX_KEY_BYTES + 64;

type StreamListener = (session: Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
type Methods = ReadonlyMap<string, BoundMethod>;

/** Makes a call of each stream, and takes it to its method by way of the service's stages. */
export function streamListener(service: Service, methods: Methods): StreamListener {
  const { options, counters, inFlight, stages } = service;
  const maxBytes = options.maxBodyBytes + MESSAGE_OVERHEAD;
  const observer: CallObserver = {
    received: () => counters.add(Slot.messagesReceived, 1),
    sent: () => counters.add(Slot.messagesSent, 1),
    settled: (method, code) => counters.countCall(method, code),
    closed: (call) => inFlight.end(call),
  };

  return (session, stream, headers) => {
    session.enter();
    stream.once('close', () => session.leave());
    // A stream that breaks says so once more when it closes, and that is heard.
    stream.on('error', () => {});

    const status = notGrpc(headers);
    if (status !== null) {
      stream.respond({ ':status': status }, { endStream: true });
      swallowRest(stream);
      return;
    }
    const admitted = admit(methods, headers);
    if (admitted instanceof Failure) {
      counters.countCall('other', admitted.code);
      endStream(stream, admitted);
      return;
    }
    const { method, isGzip } = admitted;
    const call = new Call({
      ...admitted,
      stream,
      session,
      number: inFlight.begin(),
      reader: new MessageReader(maxBytes, isGzip),
      observer,
    });
    if (method.isControl || stages.length === 0) call.begin();
    else runStages(stages, call, () => call.begin());
  };
}

function admit(
  methods: Methods,
  headers: IncomingHttpHeaders,
): (CallHead & { readonly method: BoundMethod }) | Failure {
  const method = methods.get(headers[':path'] ?? '');
  if (method === undefined) return fail('UNIMPLEMENTED', 'there is no such method');
  const head = readHead(headers);
  return head instanceof Failure ? head : { method, ...head };
}
