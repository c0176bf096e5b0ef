import {
  type CallData,
  type CallHole,
  type CompiledCall,
  type CompiledMessage,
  type GrpcCall,
  type Plan,
  type PlanOperation,
  usageError,
} from '../../core/index.js';
import { checkHole, Holes, type KnownNames, parseTemplate } from '../../request/index.js';
import type { TemplateReader } from '../json/template.js';
import { binaryMessages } from '../message/binary.js';
import { compileCallData } from '../message/call-data.js';
import { dynamicBuilder } from '../message/compile.js';
import { methodValues } from '../method-values.js';
import type { ReflectionCall } from '../reflection/reflect.js';
import type { Method } from '../schema/method.js';
import type { Schema } from '../schema/schema.js';
import { within } from '../within.js';
import { loadSchema } from './load-schema.js';
import { checkMetadata } from './metadata.js';
import { tryMessages } from './trial.js';

/**
 * A plan of gRPC calls with what their schema makes of them: methods found, messages compiled. Workers need no
 * schema after this, but for messages that are built anew for each hit. Other plans are left as they are.
 *
 * Every message is rendered a few times, so that a value which does not fit is refused before anything is sent.
 *
 * @param reflect calls the server's reflection, where the plan has neither `.proto` files nor protosets
 * @throws ZipfireError `usage`: a schema that does not compile, an unknown method, a message that does not fit
 */
export async function compileCalls(plan: Plan, reflect: ReflectionCall): Promise<Plan> {
  const { grpc } = plan;
  if (grpc === undefined) return plan;
  const calls = plan.operations.flatMap(({ call }) => call ?? []);
  const schema = await loadSchema(grpc.schema, calls, reflect);
  const operations = plan.operations.map((operation) => compileOperation(operation, plan, schema));
  const isDynamic = operations.some(({ call }) => call?.compiled?.messages.some(({ dynamic }) => dynamic));
  const types = isDynamic ? Buffer.from(schema.toProtoset()).toString('base64') : null;
  return { ...plan, operations, grpc: { ...grpc, types } };
}

function compileOperation(operation: PlanOperation, plan: Plan, schema: Schema): PlanOperation {
  if (operation.call === undefined) return operation;
  const { methodAt, ...call } = operation.call;
  const which = plan.operations.length > 1 ? `operation "${operation.name}"` : '';
  const method = within(methodAt ?? which, () => schema.method(call.method));
  within(methodAt ?? which, () => checkStream(call, method));
  const compiled = within(which, () => {
    const made = compileCall(call, method, plan, schema);
    checkMetadata(operation.headers, made.names, plan);
    return made;
  });
  return { ...operation, method: 'POST', path: method.path, call: { ...call, compiled } };
}

function compileCall(call: GrpcCall, method: Method, plan: Plan, schema: Schema): CompiledCall {
  const names = methodValues(method);
  const holes = new Holes();
  const known: KnownNames = { keys: Object.keys(plan.keys), data: columnsOf(plan), inCall: true };
  const read: TemplateReader = (template) =>
    parseTemplate(template).map((part) => {
      if (typeof part === 'string') return part;
      checkHole(part, known);
      return { index: holes.index(part), source: part.source };
    });
  const messages = compileData(call.data, method, schema, read);
  const list: readonly CallHole[] = holes.list;
  within(call.data.name, () => tryMessages(messages, list, names, plan, dynamicBuilder(schema.types)));
  return { kind: method.kind, path: method.path, messages, holes: list, names };
}

/** The columns that there are; the plan holds those that are used. */
function columnsOf({ data = {} }: Plan): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(data).map(([name, { table }]) => [name, table.columns]));
}

function compileData(
  data: CallData,
  method: Method,
  schema: Schema,
  read: TemplateReader,
): CompiledMessage[] {
  const { name } = data;
  if (data.kind === 'json') return compileCallData(method, data.text, { types: schema.types, read, name });
  return binaryMessages(method.input, Buffer.from(data.base64, 'base64'), name);
}

/** What only some kinds of methods can do. */
function checkStream({ stream }: GrpcCall, { kind, fullName, clientStreaming }: Method): void {
  if (kind === 'unary') {
    const asked = stream.messages !== null || stream.durationMs !== null || stream.intervalMs > 0;
    if (asked) throw usageError(`${fullName} is unary: a call has one message, and streams nothing`);
  } else if (!clientStreaming && stream.intervalMs > 0) {
    throw usageError(`${fullName} takes one message: there is no interval between messages`);
  }
  if (!clientStreaming && stream.freshValues) {
    const hint = 'leave it out: each call has values of its own';
    throw usageError(`${fullName} takes one message: a call draws its values once`, hint);
  }
}
