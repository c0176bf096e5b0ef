import { type Operation, type PlanOperation, type Text, usageError } from '../core/index.js';
import { fixedBody, randomBody } from './body.js';
import { byteString, encodeTarget } from './bytes.js';
import { type Hole, parseTemplate, quote } from './template.js';
import { createVariable, type ValueSource, type VariableContext, variableNames } from './variables.js';

/** What holes may name besides the variables: key generators, by name. */
export interface CompileContext extends VariableContext {
  readonly keys: Readonly<Record<string, ValueSource>>;
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
 * @throws ZipfireError `usage` for an unknown name, wrong arguments, or a line break in method, path or header
 */
export function compileOperation(operation: PlanOperation, context: CompileContext): CompiledOperation {
  const compiler = new Compiler(operation.name, context);
  return {
    operation: {
      name: operation.name,
      method: compiler.line('method', operation.method, asBytes),
      target: compiler.line('path', operation.path, asTarget),
      headers: operation.headers.map(([name, value]) => ({
        name,
        value: compiler.line(`header ${name}`, value, asBytes),
      })),
      body: compiler.body(operation.body),
    },
    sources: compiler.sources,
  };
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

  constructor(operation: string, context: CompileContext) {
    this.#operation = operation;
    this.#context = context;
  }

  /** A text that stands on one line of the request's head. */
  line(what: string, template: string, encode: Encoding): Text {
    return parseTemplate(template).map((part) => {
      if (typeof part === 'string') {
        this.#checkLine(what, part);
        return encode.fixed(part);
      }
      const index = this.#hole(part, encode);
      this.#checkLine(`${what}, ${part.source},`, (this.sources[index] as ValueSource)(0));
      return index;
    });
  }

  body(body: PlanOperation['body']): Text | null {
    if (body === null) return null;
    if (body.kind === 'text') {
      return parseTemplate(body.template).map((part) =>
        typeof part === 'string' ? byteString(part) : this.#hole(part, asBytes),
      );
    }
    if (body.kind === 'bytes' && body.random) {
      return [this.#source('random body', randomBody(body.size, this.#context.seed))];
    }
    return [fixedBody(body)];
  }

  /** The index of a hole's value; a value that is encoded otherwise is another value. */
  #hole(hole: Hole, encode: Encoding): number {
    const id = `${encode.name} ${hole.name} ${hole.args.join(' ')}`;
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const key = Object.hasOwn(this.#context.keys, hole.name) ? this.#context.keys[hole.name] : undefined;
    const source = key ?? createVariable(hole, this.#context);
    if (source === null) throw unknownName(this.#operation, hole, Object.keys(this.#context.keys));
    // Encoding is decided on a sample: a source's values differ in digits, not in the characters around them.
    const sample = source(0);
    return this.#source(id, encode.value(sample) === sample ? source : (hit) => encode.value(source(hit)));
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

function unknownName(operation: string, hole: Hole, keys: readonly string[]): Error {
  const known = [...keys, ...variableNames];
  return usageError(
    `operation "${operation}": ${hole.source} names neither a key nor a variable`,
    `known here: ${known.join(', ')}`,
  );
}
