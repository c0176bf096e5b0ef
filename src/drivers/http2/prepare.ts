import type { Operation, Prepared, Target, Text, Values } from '../../core/index.js';
import { type BlockTemplate, compileBlock, type TemplateField } from '../../wire/hpack/index.js';
import { authorityOf, isSensitive, isSentAsGiven } from './fields.js';
import type { SharedFields } from './shared-fields.js';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A request as the bytes of its header block and its content, each with holes. */
export class PreparedRequest implements Prepared {
  readonly operation: Operation;
  readonly #fields: readonly TemplateField[];
  readonly #shared: SharedFields;
  #block: BlockTemplate | null = null;
  readonly #body: Text;
  readonly hasBody: boolean;
  readonly #bodyBytes: number;
  readonly #bodyHoles: readonly number[];
  readonly #head: boolean;
  /** Index of the value that holds the content-length, where the content varies. */
  readonly #lengthHole: number;
  /** The content of a request whose content does not vary. */
  readonly #fixedBody: string | null;

  /** @param shared gets this request's fields; complete by the time the first request is rendered */
  constructor(operation: Operation, target: Target, shared: SharedFields) {
    this.operation = operation;
    this.#body = operation.body ?? [];
    this.hasBody = operation.body !== null && operation.body.length > 0;
    this.#bodyHoles = this.#body.filter((part) => typeof part === 'number');
    this.#bodyBytes = this.#body.reduce<number>(
      (sum, part) => sum + (typeof part === 'string' ? part.length : 0),
      0,
    );
    this.#fixedBody = this.#bodyHoles.length === 0 ? this.#body.join('') : null;
    this.#head = operation.method.join('') === 'HEAD';
    this.#lengthHole = 1 + lastHole(operation);
    const length = this.#fixedBody === null ? this.#lengthHole : String(this.#fixedBody.length);
    this.#fields = fieldsOf(operation, target, length);
    this.#shared = shared;
    shared.add(this.#fields);
  }

  /** Whether the response has no content whatever its content-length says. */
  get isHead(): boolean {
    return this.#head;
  }

  block(values: Values): string {
    const block = this.#block ?? this.#compile();
    if (this.#fixedBody !== null) return block.render(values);
    const withLength = values.slice(0, this.#lengthHole);
    withLength[this.#lengthHole] = String(this.#bodyLength(values));
    return block.render(withLength);
  }

  #compile(): BlockTemplate {
    // Without Huffman: some bytes more, and 5 to 10 % more requests from a server that has less to decode.
    this.#block = compileBlock(this.#fields, false, this.#shared.table);
    return this.#block;
  }

  body(values: Values): string {
    if (this.#fixedBody !== null) return this.#fixedBody;
    let body = '';
    for (const part of this.#body) body += typeof part === 'string' ? part : values[part];
    return body;
  }

  #bodyLength(values: Values): number {
    let length = this.#bodyBytes;
    for (const hole of this.#bodyHoles) length += (values[hole] as string).length;
    return length;
  }
}

function lastHole({ method, target, headers, body }: Operation): number {
  const texts = [method, target, ...headers.map(({ value }) => value), body ?? []];
  return Math.max(-1, ...texts.flat().filter((part) => typeof part === 'number'));
}

/**
 * The fields in the order of RFC 9113 §8.3: pseudo-headers first.
 * @param length of the content, or the hole that it fills
 */
function fieldsOf(operation: Operation, target: Target, length: string | number): TemplateField[] {
  const fields: TemplateField[] = [
    { name: ':method', value: operation.method },
    { name: ':scheme', value: [target.tls === null ? 'http' : 'https'] },
    { name: ':authority', value: authorityOf(operation.headers, target) },
    { name: ':path', value: operation.target },
  ];
  for (const { name, value } of operation.headers) {
    const lower = name.toLowerCase();
    // `te: trailers` is the one value of te that HTTP/2 allows (§8.2.2), and gRPC needs it.
    const allowed = isSentAsGiven(lower) || (lower === 'te' && value.join('') === 'trailers');
    if (allowed) fields.push({ name: lower, value, sensitive: isSensitive(lower) });
  }
  const announced = operation.body !== null || WITH_BODY.has(operation.method.join(''));
  if (announced) fields.push({ name: 'content-length', value: [length] });
  return fields;
}
