import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DescMessage, fromBinary, fromJsonString, toBinary, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { compileMessage, dynamicBuilder, prepareMessage, type TemplateReader } from '#zipfire/grpc/index.js';
import { jsonOf } from './arbitrary-json.js';
import { testSchema } from './schemas.js';

const { types } = testSchema();

function typeOf(name: string): DescMessage {
  const type = types.getMessage(name);
  assert.ok(type, name);
  return type;
}

function theirs(type: DescMessage, json: string): Uint8Array {
  return toBinary(type, fromJsonString(type, json, { registry: types }));
}

function ours(type: DescMessage, json: string): Buffer {
  const { fixed } = prepareMessage(compileMessage(type, json, { types }).program);
  assert.notEqual(fixed, null);
  return Buffer.from(fixed ?? '', 'latin1');
}

/** Bytes in one order: entries of maps may come in any. */
function canonical(type: DescMessage, bytes: Uint8Array): Buffer {
  return Buffer.from(toBinary(type, fromBinary(type, bytes)));
}

/** More of them, now and then: FC_RUNS=5000 node --test build/test/grpc/oracle.test.js */
const RUNS = Number(process.env['FC_RUNS'] ?? 200);

const names = [
  'shapes.three.Everything',
  'shapes.two.Legacy',
  'shapes.editions.Mixed',
  'store.v1.PutRequest',
];

describe('compiled messages, with the library as the oracle', () => {
  for (const name of names) {
    it(`are the same message for any JSON of ${name}`, () => {
      const type = typeOf(name);
      fc.assert(
        fc.property(jsonOf(type), (json) => {
          const expected = Buffer.from(theirs(type, json));
          const actual = ours(type, json);
          assert.equal(actual.length, expected.length, json);
          assert.deepEqual(canonical(type, actual), canonical(type, expected), json);
          const options = { registry: types };
          assert.deepEqual(
            toJson(type, fromBinary(type, actual), options),
            toJson(type, fromBinary(type, expected), options),
          );
        }),
        { numRuns: RUNS },
      );
    });
  }

  it('are the same for every field alone', () => {
    const type = typeOf('shapes.three.Everything');
    const json = fc.constantFrom(...type.fields).chain((field) => {
      const alone: DescMessage = { ...type, fields: [field] };
      return jsonOf(alone);
    });
    fc.assert(
      fc.property(json, (text) => {
        assert.deepEqual(canonical(type, ours(type, text)), canonical(type, theirs(type, text)), text);
      }),
      { numRuns: 3 * RUNS },
    );
  });
});

interface Cut {
  readonly template: string;
  readonly values: string[];
}

/**
 * Cuts holes into JSON at random, where a hole may stand: half of a string, a whole number or word.
 * @param names whether names of members are cut too; a field's name is then known at the call only
 */
function withHoles(json: string, coins: Iterator<boolean>, names: boolean): Cut {
  const values: string[] = [];
  const hole = (text: string) => `{{${values.push(Buffer.from(text).toString('latin1')) - 1}}}`;
  const string = /"(?<inside>(?:[^"\\]|\\.)*)"(?<colon>\s*:)?/;
  const template = json.replace(new RegExp(`${string.source}|[^\\s,:[\\]{}"]+`, 'g'), (whole) => {
    const { inside, colon = '' } = string.exec(whole)?.groups ?? {};
    const isName = colon !== '';
    if (coins.next().value === false || (isName && !names)) return whole;
    if (inside === undefined) return whole === 'null' && !names ? whole : hole(whole);
    // An escape cannot be cut, and the type of an Any is a name.
    if (/\\|^@|type\.googleapis/.test(inside)) return whole;
    const points = [...inside];
    const middle = points.length >> 1;
    return `"${points.slice(0, middle).join('')}${hole(points.slice(middle).join(''))}"${colon}`;
  });
  return { template, values };
}

const read: TemplateReader = (text) =>
  text
    .split(/(\{\{\d+\}\})/)
    .filter(Boolean)
    .map((part) => (/^\{\{\d+\}\}$/.test(part) ? { index: Number(part.slice(2, -2)), source: part } : part));

describe('holes filled with what stood there give the message that stood there', () => {
  const build = dynamicBuilder(types);
  for (const name of names) {
    for (const cutNames of [false, true]) {
      it(`${name}, ${cutNames ? 'names and values' : 'values, without the schema'}`, () => {
        const type = typeOf(name);
        fc.assert(
          fc.property(jsonOf(type), fc.infiniteStream(fc.boolean()), (json, coins) => {
            const { template, values } = withHoles(json, coins, cutNames);
            const compiled = compileMessage(type, template, { types, read });
            if (!cutNames) assert.equal(compiled.dynamic, false, template);
            // As it gets to a worker.
            const { program } = structuredClone(compiled);
            const message = prepareMessage(program, cutNames ? build : undefined);
            const actual = Buffer.from(message.render(values), 'latin1');
            const expected = ours(type, json);
            assert.deepEqual(canonical(type, actual), canonical(type, expected), `${json}\n${template}`);
            assert.equal(actual.length, expected.length, `${json}\n${template}`);
          }),
          { numRuns: RUNS },
        );
      });
    }
  }
});
