import type { MethodKind, Operation, OperationCall, Prepared, Target, Values } from '../../core/index.js';
import { type DynamicBuilder, type PreparedMessage, prepareMessage } from '../../grpc/render/index.js';
import { frameMessage, gzipMessage } from '../../wire/grpc/index.js';
import { type BlockTemplate, compileBlock, type TemplateField } from '../../wire/hpack/index.js';
import type { SharedFields } from '../http2/shared-fields.js';
import { callFields } from './fields.js';

/** What a driver has for all its calls. */
export interface CallParts {
  readonly target: Target;
  readonly timeoutMs: number;
  /** Gets the fields of every call; complete by the time the first one is rendered. */
  readonly shared: SharedFields;
  /** For messages that take the schema. */
  readonly build: DynamicBuilder | undefined;
}

/** A call as the bytes of its header block and its messages, each with holes, and what its streams do. */
export class PreparedCall implements Prepared {
  readonly operation: Operation;
  readonly kind: MethodKind;
  readonly clientStreams: boolean;
  readonly serverStreams: boolean;
  readonly maxMessageBytes: number;
  /** Messages that the client sends; may be infinite. */
  readonly sends: number;
  /** Messages received after which a call has had enough; infinity: all that come. */
  readonly takes: number;
  readonly intervalNs: number;
  /** Infinity: no end but that of the messages. */
  readonly durationNs: number;
  /** Whether messages depend on the values of the call. */
  readonly varies: boolean;
  readonly #fields: readonly TemplateField[];
  readonly #shared: SharedFields;
  #block: BlockTemplate | null = null;
  readonly #messages: readonly FramedMessage[];
  readonly #draw: OperationCall['draw'];
  readonly #turn: number | null;

  constructor(operation: Operation, call: OperationCall, parts: CallParts) {
    const { target, timeoutMs, shared, build } = parts;
    const { kind, gzip, stream } = call;
    this.operation = operation;
    this.kind = kind;
    this.clientStreams = kind === 'clientStreaming' || kind === 'bidiStreaming';
    this.serverStreams = kind === 'serverStreaming' || kind === 'bidiStreaming';
    this.maxMessageBytes = call.maxMessageBytes;
    this.#messages = call.messages.map(
      ({ program }) => new FramedMessage(prepareMessage(program, build), gzip),
    );
    if (this.#messages.length === 0 && !this.clientStreams) throw new Error('a call without a message');
    this.sends = this.clientStreams ? countOf(call) : 1;
    this.takes = (kind === 'serverStreaming' ? stream.messages : null) ?? Number.POSITIVE_INFINITY;
    this.intervalNs = stream.intervalMs * 1e6;
    this.durationNs =
      kind === 'unary' ? Number.POSITIVE_INFINITY : (stream.durationMs ?? Number.POSITIVE_INFINITY) * 1e6;
    this.#draw = call.draw;
    this.#turn = call.turn;
    this.varies = call.draw !== null || this.#messages.some(({ fixed }) => fixed === null);
    const head = { path: operation.target, metadata: operation.headers, timeoutMs, gzip };
    this.#fields = callFields(target, head);
    this.#shared = shared;
    shared.add(this.#fields);
  }

  block(values: Values): string {
    return (this.#block ?? this.#compile()).render(values);
  }

  #compile(): BlockTemplate {
    // Without Huffman, as for other requests (../http2/prepare).
    this.#block = compileBlock(this.#fields, false, this.#shared.table);
    return this.#block;
  }

  /**
   * The message of a call that sends one, with its prefix. Of a list it is the one that the values name.
   * @throws ZipfireError `usage` when a value does not fit its field
   */
  message(values: Values): string {
    const turn = this.#turn === null ? 0 : Number(values[this.#turn]);
    return (this.#messages[turn] as FramedMessage).render(values);
  }

  /**
   * Message `index` of a call that sends several, with its prefix; the list goes round.
   * @param values of the call
   * @throws ZipfireError `usage` when a value does not fit its field
   */
  messageAt(index: number, values: Values): string {
    const message = this.#messages[index % this.#messages.length] as FramedMessage;
    return message.render(this.#draw === null ? values : this.#draw(values, index));
  }
}

/** How many messages a call of a client that streams sends. */
function countOf({ messages, stream }: OperationCall): number {
  if (messages.length === 0) return 0;
  return stream.messages ?? (stream.durationMs === null ? messages.length : Number.POSITIVE_INFINITY);
}

/** A message with its prefix, compressed if asked for. */
class FramedMessage {
  /** With its prefix; null when it varies. */
  readonly fixed: string | null;
  readonly #message: PreparedMessage;
  readonly #gzip: boolean;

  constructor(message: PreparedMessage, gzip: boolean) {
    this.#message = message;
    this.#gzip = gzip;
    this.fixed = message.fixed === null ? null : flat(this.#frame(message.fixed));
  }

  render(values: Values): string {
    return this.fixed ?? this.#frame(this.#message.render(values));
  }

  #frame(message: string): string {
    return this.#gzip ? frameMessage(gzipMessage(message), true) : frameMessage(message);
  }
}

/** The same text in one piece: V8 keeps a sum as a tree of its terms, and would walk it for every call. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
