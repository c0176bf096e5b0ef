import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZipfireError } from '../../core/index.js';
import { prepareMessage } from '../render/index.js';
import { binaryMessages } from './binary.js';
import { compileCallData, messageOf } from './call-data.js';
import { compileMessage, dynamicBuilder } from './compile.js';
import { decodeToJson } from './decode.js';
import { holesOf, schemaOf, typeOf } from './schema.test.kit.js';

const schema = schemaOf({
  'test.proto': `
    syntax = "proto3";
    package test;
    import "google/protobuf/any.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    service Users { rpc Put(User) returns (User); rpc PutAll(stream User) returns (User); }
    message User {
      string name = 1;
      int32 age = 2;
      User friend = 3;
      repeated string tags = 4;
      repeated int32 scores = 5;
      map<string, int32> counts = 6;
      map<int64, User> people = 7;
      Kind kind = 8;
      bytes photo = 9;
      bool active = 10;
      optional int32 level = 11;
      oneof contact { string email = 12; string phone = 13; }
      google.protobuf.Any detail = 14;
      google.protobuf.Value extra = 15;
      google.protobuf.Timestamp since = 16;
      google.protobuf.Int64Value limit = 17;
      double ratio = 18;
      google.protobuf.Struct more = 19;
    }
    enum Kind { UNKNOWN = 0; HUMAN = 1; }`,
  'old.proto': `
    syntax = "proto2";
    package old;
    message Entry { required int32 id = 1; optional string text = 2; extensions 10 to 20; }
    extend Entry { optional int32 rank = 10; }`,
});
const { types } = schema;
const user = typeOf(schema, 'test.User');
const entry = typeOf(schema, 'old.Entry');

function compiled(json: string, names: readonly string[] = []) {
  return compileMessage(user, json, { types, read: holesOf(names) });
}

/** Renders with the values given, as bytes in hexadecimal and as JSON. */
function rendered(json: string, values: Readonly<Record<string, string>>) {
  const message = compiled(json, Object.keys(values));
  const prepared = prepareMessage(message.program, dynamicBuilder(types));
  const byteStrings = Object.values(values).map((value) => Buffer.from(value).toString('latin1'));
  const bytes = Buffer.from(prepared.render(byteStrings), 'latin1');
  return { hex: bytes.toString('hex'), json: JSON.parse(decodeToJson(user, bytes, { types })), message };
}

describe('compileMessage', () => {
  it('makes bytes of a message without holes', () => {
    const { program, dynamic } = compiled('{"name": "ann", "age": 300, "friend": {"tags": ["a", "b"]}}');
    assert.deepEqual(program, ['\n\x03ann\x10\xac\x02\x1a\x06"\x01a"\x01b']);
    assert.equal(dynamic, false);
    assert.equal(prepareMessage(program).fixed, program[0]);
  });

  it('makes fixed bytes and slots of one with holes, lengths of what is around them included', () => {
    const template = '{"age": 1, "name": "user_{{key}}", "friend": {"friend": {"name": "{{key}}!"}}}';
    const short = rendered(template, { key: '7' });
    assert.equal(short.hex, `0a06${Buffer.from('user_7').toString('hex')}10011a061a040a023721`);
    const long = rendered(template, { key: 'x'.repeat(200) });
    assert.deepEqual(long.json, {
      name: `user_${'x'.repeat(200)}`,
      age: 1,
      friend: { friend: { name: `${'x'.repeat(200)}!` } },
    });
    assert.equal(long.message.dynamic, false);
  });

  it('counts bytes, not characters', () => {
    assert.equal(rendered('{"name": "ü{{key}}"}', { key: '€' }).hex, '0a05c3bce282ac');
  });

  const holes: [template: string, values: Record<string, string>, json: unknown, dynamic?: boolean][] = [
    ['{"age": {{n}}}', { n: '42' }, { age: 42 }],
    ['{"age": "{{n}}"}', { n: '-1' }, { age: -1 }],
    ['{"age": 1{{n}}}', { n: '0' }, { age: 10 }],
    ['{"age": {{n}}}', { n: '0' }, {}],
    ['{"level": {{n}}}', { n: '0' }, { level: 0 }],
    ['{"age": {{n}}}', { n: 'null' }, {}],
    ['{"age": {{n}}}', { n: '"7"' }, { age: 7 }],
    ['{"name": {{n}}}', { n: '"a\\"b"' }, { name: 'a"b' }],
    ['{"name": "{{n}}"}', { n: '"\\' }, { name: '"\\' }],
    ['{"name": "{{n}}"}', { n: '' }, {}],
    ['{"kind": "{{n}}"}', { n: 'HUMAN' }, { kind: 'HUMAN' }],
    ['{"kind": {{n}}}', { n: '1' }, { kind: 'HUMAN' }],
    ['{"active": {{n}}}', { n: 'true' }, { active: true }],
    ['{"photo": "{{n}}"}', { n: 'AQI=' }, { photo: 'AQI=' }],
    ['{"ratio": {{n}}.5}', { n: '2' }, { ratio: 2.5 }],
    ['{"tags": ["{{n}}", "b", "{{n}}"]}', { n: 'a' }, { tags: ['a', 'b', 'a'] }],
    ['{"scores": [1, {{n}}, 3]}', { n: '300' }, { scores: [1, 300, 3] }],
    ['{"counts": {"{{n}}": 1, "b": {{m}}}}', { n: 'a', m: '2' }, { counts: { a: 1, b: 2 } }],
    ['{"people": {"{{n}}": {"name": "{{m}}"}}}', { n: '-5', m: 'x' }, { people: { '-5': { name: 'x' } } }],
    ['{"phone": "{{n}}"}', { n: '' }, { phone: '' }],
    ['{"since": "{{n}}"}', { n: '2024-01-02T03:04:05Z' }, { since: '2024-01-02T03:04:05Z' }],
    ['{"limit": "{{n}}"}', { n: '0' }, { limit: '0' }],
    ['{"limit": {{n}}}', { n: 'null' }, {}],
    ['{"extra": ["{{n}}", {{m}}, {"k": {{m}}}]}', { n: 'a', m: '[1]' }, { extra: ['a', [1], { k: [1] }] }],
    ['{"extra": {{n}}}', { n: 'null' }, { extra: null }],
    ['{"more": {"{{n}}": "{{n}}"}}', { n: 'k' }, { more: { k: 'k' } }],
    [
      '{"detail": {"@type": "type.googleapis.com/test.User", "name": "{{n}}"}}',
      { n: 'a' },
      { detail: { '@type': 'type.googleapis.com/test.User', name: 'a' } },
    ],
    ['{{n}}', { n: '{"name": "whole"}' }, { name: 'whole' }, true],
    ['{"friend": {{n}}}', { n: '{"age": 5}' }, { friend: { age: 5 } }, true],
    ['{"friend": {{n}}}', { n: 'null' }, {}, true],
    ['{"tags": {{n}}}', { n: '["a"]' }, { tags: ['a'] }, true],
    ['{"counts": {{n}}}', { n: '{"a": 1}' }, { counts: { a: 1 } }, true],
    ['{"more": {{n}}}', { n: '{"a": 1}' }, { more: { a: 1 } }, true],
    ['{"{{n}}": "x", "age": 1}', { n: 'email' }, { age: 1, email: 'x' }, true],
    [
      '{"detail": {"@type": "type.googleapis.com/{{n}}", "name": "x"}}',
      { n: 'test.User' },
      { detail: { '@type': 'type.googleapis.com/test.User', name: 'x' } },
      true,
    ],
  ];
  for (const [template, values, json, dynamic = false] of holes) {
    it(`fills ${template} with ${JSON.stringify(values)}`, () => {
      const result = rendered(template, values);
      assert.deepEqual(result.json, json);
      assert.equal(result.message.dynamic, dynamic);
    });
  }

  it('fills proto2 and its extensions', () => {
    const message = compileMessage(entry, '{"id": 0, "[old.rank]": {{n}}}', { types, read: holesOf(['n']) });
    assert.equal(Buffer.from(prepareMessage(message.program).render(['5'])).toString('hex'), '08005005');
  });

  const refused: [json: string, message: string, hint?: string][] = [
    ['{"age": "x"}', 'age: expected int32, got "x"'],
    ['{"friend": {"age": 1.5}}', 'friend.age: expected int32, got 1.5'],
    ['{"age": 2147483648}', 'age: expected int32, got 2147483648'],
    ['{"tags": ["a", 5]}', 'tags[1]: expected string, got 5', 'write it in quotes'],
    ['{"tags": [null]}', 'tags[0]: expected string, got null'],
    ['{"tags": "a"}', 'tags: expected a list, got "a"'],
    ['{"counts": {"a": "b"}}', 'counts["a"]: expected int32, got "b"'],
    ['{"people": {"x": {}}}', 'people["x"] (key): expected int64, got "x"'],
    ['{"people": {"1": {}, "01": {}}}', 'people["01"]: the key is there already'],
    ['{"kind": "ROBOT"}', 'kind: expected enum test.Kind (UNKNOWN, HUMAN), got "ROBOT"'],
    ['{"active": "true"}', 'active: expected bool, got "true"'],
    ['{"photo": "?"}', 'photo: expected bytes as base64, got "?"'],
    ['{"friend": []}', 'friend: expected an object (test.User), got a list'],
    ['[]', 'message: expected an object (test.User), got a list'],
    ['{"friend": {"nam": "x"}}', 'friend.nam: test.User has no such field', 'did you mean "name"?'],
    ['{"email": "a", "phone": "b"}', 'phone: contact is set by email already, and takes one of them'],
    [
      '{"since": "now"}',
      'since: expected google.protobuf.Timestamp such as "2024-02-29T12:00:00.5Z", got "now"',
    ],
    ['{"limit": "x"}', 'limit: expected int64, got "x"'],
    [
      '{"detail": {"name": "x"}}',
      'detail.@type: not given; expected a URL such as "type.googleapis.com/kv.v1.Event"',
    ],
    [
      '{"detail": {"@type": "x/no.Such"}}',
      'detail.@type: expected the URL of a message type that is known here, got "x/no.Such"',
    ],
    ['{"detail": {"@type": "x/test.User", "age": "y"}}', 'detail.age: expected int32, got "y"'],
    ['{"more": [1]}', 'more: expected an object, got a list'],
    ['{"name": "\\ud800"}', 'name: expected text, got half of a surrogate pair in "\\ud800"'],
    ['{"name": "a"', 'data:1:13: expected "," or "}", read the end'],
  ];
  for (const [json, message, hint] of refused) {
    it(`refuses ${json}`, () => {
      assert.throws(
        () => compiled(json),
        (error) => {
          assert.ok(error instanceof ZipfireError && error.code === 'usage');
          assert.equal(error.message, message);
          if (hint !== undefined) assert.equal(error.hint, hint);
          return true;
        },
      );
    });
  }

  it('refuses a message of proto2 without what it requires', () => {
    assert.throws(() => compileMessage(entry, '{}', { types }), {
      message: 'id: required, and not given; expected int32',
    });
  });

  const refusedLater: [template: string, value: string, message: RegExp][] = [
    ['{"friend": {"age": {{n}}}}', 'x', /^friend\.age: expected int32, got x$/],
    ['{"age": "{{n}}"}', 'x', /^age: expected int32, got "x"$/],
    ['{"name": {{n}}}', 'x', /^name: expected string, got x$/],
    ['{"scores": [{{n}}]}', 'null', /^scores\[0\]: expected int32, got null$/],
    ['{"friend": {{n}}}', '{"age": "x"}', /^friend\.age: expected int32, got "x"$/],
    ['{"friend": {{n}}}', '{', /^friend:1:2: expected a name in quotes/],
    ['{"extra": {{n}}}', 'x', /^extra:1:1: expected a value/],
    ['{"{{n}}": 1}', 'shoe', /^shoe: test\.User has no such field$/],
  ];
  for (const [template, value, message] of refusedLater) {
    it(`refuses ${template} at the call when the hole is ${value}`, () => {
      assert.throws(
        () => rendered(template, { n: value }),
        (error) => error instanceof ZipfireError && message.test(error.message),
      );
    });
  }
});

describe('compileCallData', () => {
  const bytes = (data: string, method = 'PutAll') =>
    compileCallData(schema.method(`test.Users/${method}`), data, { types }).map(
      ({ program }) => prepareMessage(program).fixed,
    );

  it('is one message, or a list of them', () => {
    assert.deepEqual(bytes('{"age": 1}'), ['\x10\x01']);
    assert.deepEqual(bytes('[{"age": 1}, {}, {"age": 2}]'), ['\x10\x01', '', '\x10\x02']);
    assert.deepEqual(bytes(' '), ['']);
    assert.deepEqual(bytes('[]'), []);
  });

  it('says which message does not fit', () => {
    assert.throws(() => bytes('[{}, {"friend": {"age": "x"}}]'), {
      message: '[1].friend.age: expected int32, got "x"',
    });
  });

  it('takes no empty list where a message is due', () => {
    assert.throws(() => bytes('[]', 'Put'), {
      message: 'data: an empty list, and test.Users.Put takes one message',
    });
  });

  it('goes round', () => {
    const messages = ['a', 'b', 'c'];
    assert.deepEqual(
      [0, 1, 2, 3, 7].map((hit) => messageOf(messages, hit)),
      ['a', 'b', 'c', 'a', 'b'],
    );
  });
});

describe('binaryMessages', () => {
  const one = Buffer.from('0a03616e6e1007', 'hex');
  const bytes = (input: Buffer) => binaryMessages(user, input, '-B x').map(({ program }) => program[0]);

  it('is one message as it is', () => {
    assert.deepEqual(bytes(one), [one.toString('latin1')]);
    assert.deepEqual(bytes(Buffer.alloc(0)), ['']);
  });

  it('is several with their lengths', () => {
    const several = Buffer.concat([
      Buffer.from([one.length]),
      one,
      Buffer.from([0]),
      Buffer.from([2, 0x10, 5]),
    ]);
    assert.deepEqual(bytes(several), [one.toString('latin1'), '', '\x10\x05']);
  });

  it('is refused when it is neither', () => {
    assert.throws(() => bytes(Buffer.from('0a0561', 'hex')), { message: '-B x: the bytes are no test.User' });
  });
});

describe('decodeToJson', () => {
  it('shows nothing that acts on a terminal, and is bounded', () => {
    const bytes = Buffer.from(
      prepareMessage(compiled('{"name": "\\u001b[2J\\u202e\\u009b ü"}').program).fixed ?? '',
      'latin1',
    );
    assert.equal(decodeToJson(user, bytes, { types }), '{"name":"\\u001b[2J\\u202e\\u009b ü"}');
    assert.equal(decodeToJson(user, bytes, { types, maxCharacters: 10 }), '{"name":"…');
  });

  it('says why when there is no such message', () => {
    const decoded = JSON.parse(decodeToJson(user, Buffer.from('0a05', 'hex'), { types }));
    assert.equal(decoded.undecodable, 'CgU=');
    assert.equal(decoded.type, 'test.User');
  });
});
