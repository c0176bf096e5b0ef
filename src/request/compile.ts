import { type GrpcPlan, type Operation, type PlanOperation, type Text, usageError } from '../core/index.js';
import { bytesBody, fileBody } from './body.js';
import { byteString, encodeComponentBytes, encodeTarget, encodeTargetBytes } from './bytes.js';
import { compileCall } from './call.js';
import { captureHole } from './capture/index.js';
import { unknownColumn, unknownName } from './check.js';
import { type DataHole, type DataSource, dataHole } from './feed/index.js';
import { type Hole, parseTemplate, quote } from './template.js';
import { createVariable, isMixed, type ValueSource, type VariableContext } from './variables.js';

/** What operations are compiled with. */
export interface CompileContext extends VariableContext {
  /** What holes may name besides the variables: key generators, by name. */
  readonly keys: Readonly<Record<string, ValueSource>>;
  /** Feeders, by name. */
  readonly data?: Readonly<Record<string, DataSource>> | undefined;
  /** What the user at hand has captured, by name. */
  readonly captured?: Readonly<Record<string, ValueSource>> | undefined;
  /** What gRPC calls share; those take it. */
  readonly grpc?: GrpcPlan | undefined;
}

/** An operation, and the sources of its values: `sources[i]` fills hole i. */
export interface CompiledOperation {
  readonly operation: Operation;
  readonly sources: readonly ValueSource[];
}

/** Bytes that would end a header line and start one of the value's own making. */
const LINE_BREAKERS = /[\r\n\0]/;

/**
 * Compiles an operation's templates, once: what does not vary becomes byte strings, each different hole
 * becomes one value. A hole written twice is the same value twice.
 *
 * Of a gRPC call the holes of its messages come first, so that hole i of a message is value i.
 *
 * @throws ZipfireError `usage` for an unknown name, wrong arguments, or a line break in method, path or header
 */
export function compileOperation(operation: PlanOperation, context: CompileContext): CompiledOperation {
  const names = operation.call?.compiled?.names ?? {};
  const compiler = new Compiler(operation.name, context, names, operation.call !== undefined);
  for (const hole of operation.call?.compiled?.holes ?? []) compiler.hole(hole);
  const compiled: Operation = {
    name: operation.name,
    method: compiler.line('method', operation.method, asBytes),
    target: compiler.line('path', operation.path, asTarget),
    headers: operation.headers.map(([name, value]) => ({
      name,
      value: compiler.line(`header ${name}`, value, asBytes),
    })),
    body: compiler.body(operation.body),
  };
  if (operation.call === undefined) return { operation: compiled, sources: compiler.sources };
  const { call, sources } = compileCall(operation.call, compiler.sources, context.grpc);
  return { operation: { ...compiled, call }, sources };
}

/** How a part of the request is encoded: its fixed text, and the values in it, which are byte strings already. */
interface Encoding {
  readonly name: string;
  readonly fixed: (text: string) => string;
  readonly value: (bytes: string) => string;
  /** The same of a value of data, which is one value for the server too, whatever is in it. */
  readonly data: (bytes: string) => string;
}

/** Where a hole's values come from. */
interface Found {
  readonly source: ValueSource;
  /** Whether values differ in digits, not in the characters around them, so that one shows what is in all. */
  readonly alike: boolean;
  /** Of data, and of what was captured: one value for the server, unless it is `raw`. */
  readonly data: Pick<DataHole, 'raw'> | null;
}

const same = (bytes: string): string => bytes;
const asBytes: Encoding = { name: 'bytes', fixed: byteString, value: same, data: same };
const asTarget: Encoding = {
  name: 'target',
  fixed: encodeTarget,
  value: encodeTargetBytes,
  data: encodeComponentBytes,
};

class Compiler {
  readonly sources: ValueSource[] = [];
  readonly #indices = new Map<string, number>();
  readonly #operation: string;
  readonly #context: CompileContext;
  readonly #names: Readonly<Record<string, string>>;
  readonly #inCall: boolean;

  /** @param names values that are the same for every hit, by name: what may be said of a gRPC call's method */
  constructor(
    operation: string,
    context: CompileContext,
    names: Readonly<Record<string, string>>,
    inCall: boolean,
  ) {
    this.#operation = operation;
    this.#context = context;
    this.#names = names;
    this.#inCall = inCall;
  }

  /** A text that stands on one line of the request's head. */
  line(what: string, template: string, encode: Encoding): Text {
    return parseTemplate(template).map((part) => {
      if (typeof part === 'string') {
        this.#checkLine(what, part);
        return encode.fixed(part);
      }
      const index = this.hole(part, encode);
      this.#checkLine(`${what}, ${part.source},`, (this.sources[index] as ValueSource)(0));
      return index;
    });
  }

  body(body: PlanOperation['body']): Text | null {
    if (body === null) return null;
    if (body.kind === 'text') {
      return parseTemplate(body.template).map((part) =>
        typeof part === 'string' ? byteString(part) : this.hole(part),
      );
    }
    if (body.kind === 'file') return [fileBody(body)];
    const bytes = bytesBody(body, this.#context.seed);
    return [typeof bytes === 'string' ? bytes : this.#source('bytes of the body', bytes)];
  }

  /** The index of a hole's value; a value that is encoded otherwise is another value. */
  hole(hole: Hole, encode: Encoding = asBytes): number {
    const id = `${encode.name} ${hole.name} ${hole.args.join(' ')}`;
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    return this.#source(id, encoded(this.#find(hole), encode));
  }

  #find(hole: Hole): Found {
    const { keys, data = {} } = this.#context;
    const column = dataHole(hole, (name) => Object.hasOwn(data, name));
    if (column !== null) return this.#findColumn(hole, column, data[column.feeder] as DataSource);
    const { captured = {} } = this.#context;
    const capture = captureHole(hole, (name) => Object.hasOwn(captured, name));
    if (capture !== null) {
      const source = captured[capture.name] as ValueSource;
      return { source, alike: false, data: { raw: capture.raw } };
    }
    const key = Object.hasOwn(keys, hole.name) ? keys[hole.name] : undefined;
    const source = key ?? createVariable(hole, this.#context);
    if (source !== null) return { source, alike: key !== undefined || !isMixed(hole.name), data: null };
    const name = Object.hasOwn(this.#names, hole.name) ? this.#names[hole.name] : undefined;
    if (name !== undefined) return { source: () => name, alike: true, data: null };
    const columns = Object.fromEntries(Object.entries(data).map(([name, each]) => [name, each.columns]));
    const known = { keys: Object.keys(keys), data: columns, inCall: this.#inCall };
    throw unknownName(hole, known, `operation "${this.#operation}": `);
  }

  #findColumn(hole: Hole, data: DataHole, from: DataSource): Found {
    const column = from.columns.indexOf(data.column);
    if (column < 0) throw unknownColumn(hole, data, from.columns, `operation "${this.#operation}": `);
    return { source: from.values(column), alike: from.isPlain(column), data };
  }

  #source(id: string, source: ValueSource): number {
    this.#indices.set(id, this.sources.length);
    return this.sources.push(source) - 1;
  }

  #checkLine(what: string, text: string): void {
    if (!LINE_BREAKERS.test(text)) return;
    throw usageError(
      `operation "${this.#operation}": ${what} holds a line break or NUL: ${quote(text)}`,
      'remove it: it would end the header line and forge another',
    );
  }
}

/** A source whose values are encoded. What its values show to need none is left as it is. */
function encoded({ source, alike, data }: Found, encode: Encoding): ValueSource {
  const change = data === null || data.raw ? encode.value : encode.data;
  if (change === same) return source;
  if (alike) {
    const sample = source(0);
    if (change(sample) === sample) return source;
  }
  return (hit) => change(source(hit));
}
