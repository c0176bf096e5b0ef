import { type GrpcPlan, type Operation, type PlanOperation, type Text, usageError } from '../core/index.js';
import { fixedBody, randomBody } from './body.js';
import { byteString, encodeTarget } from './bytes.js';
import { compileCall } from './call.js';
import { unknownName } from './check.js';
import { type Hole, parseTemplate, quote } from './template.js';
import { createVariable, type ValueSource, type VariableContext } from './variables.js';

/** What operations are compiled with. */
export interface CompileContext extends VariableContext {
  /** What holes may name besides the variables: key generators, by name. */
  readonly keys: Readonly<Record<string, ValueSource>>;
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
}

const asBytes: Encoding = { name: 'bytes', fixed: byteString, value: (bytes) => bytes };
const asTarget: Encoding = {
  name: 'target',
  fixed: encodeTarget,
  value: (bytes) => encodeTarget(Buffer.from(bytes, 'latin1').toString('utf8')),
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
    if (body.kind === 'bytes' && body.random) {
      return [this.#source('random body', randomBody(body.size, this.#context.seed))];
    }
    return [fixedBody(body)];
  }

  /** The index of a hole's value; a value that is encoded otherwise is another value. */
  hole(hole: Hole, encode: Encoding = asBytes): number {
    const id = `${encode.name} ${hole.name} ${hole.args.join(' ')}`;
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const source = this.#find(hole);
    // Encoding is decided on a sample: a source's values differ in digits, not in the characters around them.
    const sample = source(0);
    return this.#source(id, encode.value(sample) === sample ? source : (hit) => encode.value(source(hit)));
  }

  #find(hole: Hole): ValueSource {
    const { keys } = this.#context;
    const key = Object.hasOwn(keys, hole.name) ? keys[hole.name] : undefined;
    const source = key ?? createVariable(hole, this.#context);
    if (source !== null) return source;
    const name = Object.hasOwn(this.#names, hole.name) ? this.#names[hole.name] : undefined;
    if (name !== undefined) return () => name;
    const known = { keys: Object.keys(keys), inCall: this.#inCall };
    throw unknownName(hole, known, `operation "${this.#operation}": `);
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
