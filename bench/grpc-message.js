/**
 * Microseconds per gRPC message: compiled from a template, and what the library needs for the same message.
 * `node bench/grpc-message.js`
 *
 * One core, no sockets. A message is made and written into a buffer as a socket would write it, since a string
 * put together from parts is only then one. Each figure is the best of many short rounds: what disturbs a round
 * only adds to it.
 */
import { pathToFileURL } from 'node:url';
import { create, createFileRegistry, fromJson, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { compileMessage, dynamicBuilder, prepareMessage } from '../dist/grpc/index.js';
import { compileProtos } from '../dist/grpc/proto/compile.js';
import { createKeyGenerator, formatKey, resolveKeySpec } from '../dist/keys/index.js';
import { frameMessage, MessageReader } from '../dist/wire/grpc/index.js';

const ROUNDS = 40;
const MESSAGES_A_ROUND = 5_000;
const PROMISE_US = 1.5;

const proto = `
  syntax = "proto3";
  package bench;
  message Put { string key = 1; bytes value = 2; int64 version = 3; }
  message Order { string id = 1; Customer customer = 2; repeated Line lines = 3; map<string, string> labels = 4; }
  message Customer { string name = 1; int32 age = 2; Address address = 3; }
  message Address { string city = 1; string code = 2; }
  message Line { string sku = 1; int32 count = 2; double price = 3; }
`;

const put = '{"key": "user_{{key}}", "value": "MDEyMzQ1Njc4OWFiY2RlZg==", "version": "7"}';
const order = `{"id": "order-{{hit}}", "customer": {"name": "user_{{key}}", "age": 30, "address": {"city": "Oslo",
  "code": "{{hit}}"}}, "lines": [{"sku": "a-{{key}}", "count": {{hit}}, "price": 1.5}, {"sku": "b", "count": 2}],
  "labels": {"shard": "{{hit}}", "zone": "eu"}}`;
const dynamic = '{"id": "order-{{hit}}", "customer": {{customer}}}';

const types = createFileRegistry(
  create(FileDescriptorSetSchema, { file: compileProtos(['bench.proto'], () => proto) }),
);
const keys = createKeyGenerator(resolveKeySpec('zipf', { n: 1e6, alpha: 1.2 }), 1, 'bench');
const writeKey = formatKey('{}');

/** Values by name, as an operation's sources give them. */
const sources = {
  key: (hit) => writeKey(keys.at(hit)),
  hit: String,
  customer: (hit) => `{"name":"user_${hit}","age":30}`,
};

/** @returns {Promise<{ what: string, figure: number, unit: string, promise?: string }[]>} */
export async function run() {
  const promise = `≤ ${PROMISE_US}`;
  return [
    row('three fields, one keyed', compiled('bench.Put', put), promise),
    row('the same, with its length-prefix', framed(compiled('bench.Put', put)), promise),
    row('the same, key alone', (hit) => sources.key(hit)),
    row('three nested levels, a list, a map, six holes', compiled('bench.Order', order)),
    row('a hole that is a whole message', compiled('bench.Order', dynamic)),
    row('three fields, one keyed, by the library', byLibrary()),
    row('reading a framed message of 40 bytes', reading()),
  ];
}

function row(what, make, promise) {
  return {
    what,
    figure: Number(usAMessage(make).toFixed(3)),
    unit: 'µs/message',
    ...(promise && { promise }),
  };
}

function compiled(typeName, template) {
  const names = [];
  const read = (text) =>
    text.split(/(\{\{\w+\}\})/).map((part) => {
      if (!part.startsWith('{{')) return part;
      const name = part.slice(2, -2);
      if (!names.includes(name)) names.push(name);
      return { index: names.indexOf(name), source: part };
    });
  const message = compileMessage(types.getMessage(typeName), template, { types, read });
  const prepared = prepareMessage(message.program, dynamicBuilder(types));
  const values = names.map(() => '');
  return (hit) => {
    for (let i = 0; i < names.length; i++) values[i] = sources[names[i]](hit);
    return prepared.render(values);
  };
}

function framed(make) {
  return (hit) => frameMessage(make(hit));
}

function byLibrary() {
  const type = types.getMessage('bench.Put');
  return (hit) => {
    const json = { key: `user_${sources.key(hit)}`, value: 'MDEyMzQ1Njc4OWFiY2RlZg==', version: '7' };
    return toBinary(type, fromJson(type, json));
  };
}

function reading() {
  const bytes = Buffer.from(frameMessage('x'.repeat(40)), 'latin1');
  const reader = new MessageReader();
  return () => {
    reader.reset();
    reader.feed(bytes, 0, bytes.length);
    return reader.messages === 1 ? 'x' : '';
  };
}

function usAMessage(make) {
  const buffer = Buffer.alloc(65_536);
  let best = Number.POSITIVE_INFINITY;
  let written = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < MESSAGES_A_ROUND; i++) {
      const message = make(round * MESSAGES_A_ROUND + i);
      if (typeof message === 'string') written += buffer.latin1Write(message, 0);
      else written += message.copy?.(buffer, 0) ?? message.length;
    }
    best = Math.min(best, ((performance.now() - start) * 1e3) / MESSAGES_A_ROUND);
  }
  if (!(written >= ROUNDS * MESSAGES_A_ROUND)) throw new Error('messages were empty');
  return best;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { what, figure, unit, promise = '' } of await run())
    console.log(`${what.padEnd(50)}${String(figure).padStart(8)} ${unit}  ${promise}`);
}
