import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../../core/index.js';
import { compileProtos } from './compile.js';

/** Compiles `a.proto`, which may import the others. */
function compile(source: string, others: Readonly<Record<string, string>> = {}) {
  const files: Readonly<Record<string, string>> = { 'a.proto': source, ...others };
  return compileProtos(['a.proto'], (name) => files[name] ?? null, ['.', 'protos']);
}

function message(body: string): string {
  return `syntax = "proto3";\nmessage M {\n${body}\n}`;
}

describe('a .proto file that does not compile', () => {
  const refused: [source: string, message: string, hint?: string][] = [
    ['syntax = "proto4";', 'a.proto:1:10: there is no syntax "proto4"'],
    ['edition = "1999";', 'a.proto:1:11: edition "1999" is not known', 'known here: 2023, 2024'],
    ['message M {', 'a.proto:1:12: expected "}", read the end of the file'],
    [
      'syntax = "proto3";\nmesage M {}',
      'a.proto:2:1: expected "message", "enum", "service", "extend", "import", "package" or "option", read "mesage"',
    ],
    [message('string a 1;'), 'a.proto:3:10: expected "=", read "1"'],
    [message('string a = 1'), 'a.proto:4:1: expected ";", read "}"'],
    [message('string a = "1";'), 'a.proto:3:12: expected the number of a field, read a string'],
    [message('string a = 0;'), 'a.proto:3:12: the number of a field is in [1, 536870911], read 0'],
    [
      message('string a = 19000;'),
      'a.proto:3:12: the field numbers 19000 to 19999 are reserved for protobuf itself',
    ],
    [message('string a = 1;\nstring b = 1;'), 'a.proto:4:1: "b" has the number 1, which "a" has'],
    [
      message('string a = 1;\nstring a = 2;'),
      'a.proto:4:1: "M.a" is declared twice',
      'the first is in line 3',
    ],
    [message('string a_b = 1;\nstring aB = 2;'), 'a.proto:4:1: "aB" and "a_b" are both "aB" in JSON'],
    [message('reserved 1 to 3;\nstring a = 2;'), 'a.proto:4:1: the number 2 is reserved'],
    [message('reserved 1 to 3, 9;\nreserved "b";\nstring b = 4;'), 'a.proto:5:1: the name "b" is reserved'],
    [message('required string a = 1;'), 'a.proto:3:10: proto3 has no required fields'],
    [message('string a = 1 [default = "x"];'), 'a.proto:3:15: proto3 has no defaults of your own'],
    [
      message('string a = 1 [pakced = true];'),
      'a.proto:3:15: "pakced" is not an option here',
      'did you mean "packed"?',
    ],
    [message('string a = 1 [packed = maybe];'), 'a.proto:3:15: option "packed" takes true or false'],
    [message('Strin a = 1;'), 'a.proto:3:1: "Strin" is not declared'],
    [message('Inne a = 1; message Inner {}'), 'a.proto:3:1: "Inne" is not declared', 'did you mean "Inner"?'],
    [message('map<float, string> a = 1;'), 'a.proto:3:5: "float" cannot be the type of a map\'s keys'],
    [message('map<M, string> a = 1;'), 'a.proto:3:5: "M" cannot be the type of a map\'s keys'],
    [message('oneof o { repeated string a = 1; }'), 'a.proto:3:11: a field of a oneof has no "repeated"'],
    [message('oneof o { }'), 'a.proto:3:7: oneof "o" has no field'],
    [message('optional group G = 1 {}'), 'a.proto:3:16: proto3 has no groups'],
    [
      'message M { string a = 1; }',
      'a.proto:1:13: expected "optional", "required" or "repeated" before the type',
    ],
    ['syntax = "proto3"; enum E { A = 1; }', 'a.proto:1:29: the first value of an enum is 0 in proto3'],
    ['enum E {}', 'a.proto:1:6: enum "E" has no value'],
    [
      'enum E { A = 0; B = 0; }',
      'a.proto:1:17: "B" has the number 0, which "A" has',
      'option allow_alias = true; permits it',
    ],
    ['enum E { A = 0; } enum F { A = 0; }', 'a.proto:1:28: "A" is declared twice'],
    ['package a; package b;', 'a.proto:1:20: the package is given twice'],
    [
      'import "none.proto";',
      'a.proto:1:8: there is no file "none.proto"',
      'looked in ., protos; --import-path adds a folder to look in',
    ],
    ['import "a.proto";', 'a.proto:1:8: files import each other: a.proto → a.proto'],
    ['service S { rpc Get(M) returns (M); }', 'a.proto:1:21: "M" is not declared'],
    ['enum E { A = 0; } service S { rpc Get(E) returns (E); }', 'a.proto:1:39: "E" is no message'],
    ['service S { rpc Get(stream) }', 'a.proto:1:27: expected a message type, read ")"'],
    [
      'message M { optional E e = 1 [default = C]; } enum E { A = 0; }',
      'a.proto:1:22: the default "C" is no value of E',
    ],
    ['message M { optional int32 a = 1 [default = 1.5]; }', 'a.proto:1:35: expected a whole number'],
    ['message M { optional M m = 1 [default = x]; }', 'a.proto:1:22: the default "x" is no value of M'],
    ['/* open', 'a.proto:1:1: the comment that begins here has no end'],
    ['syntax = "proto3', 'a.proto:1:10: the string that begins here has no end'],
    ['message \u00e4 {}', 'a.proto:1:9: unexpected character "ä"'],
    [`${'message M { '.repeat(200)}`, 'a.proto:1:1213: nested deeper than 100'],
  ];
  for (const [source, expected, hint] of refused) {
    it(expected, () => {
      assert.throws(
        () => compile(source),
        (error) => {
          assert.ok(error instanceof ZipfireError && error.code === 'usage');
          assert.equal(error.message, expected);
          if (hint !== undefined) assert.equal(error.hint, hint);
          return true;
        },
      );
    });
  }

  it('shows nothing that acts on a terminal, and not all of a long name', () => {
    assert.throws(() => compile('import "\\x1b[2J.proto";'), /there is no file "\\e\[2J\.proto"$/);
    assert.throws(
      () => compile(`syntax = "${'x'.repeat(1e5)}";`),
      (error) => String(error).length < 300,
    );
  });

  it('is named when it is an import', () => {
    assert.throws(
      () => compile('import "b.proto";', { 'b.proto': '\n\n  oops' }),
      /^ZipfireError: b\.proto:3:3: /,
    );
    const cycle = { 'b.proto': 'import "c.proto";', 'c.proto': 'import "b.proto";' };
    assert.throws(
      () => compile('import "b.proto";', cycle),
      /c\.proto:1:8: files import each other: b\.proto → c\.proto → b\.proto/,
    );
  });
});

describe('names', () => {
  const other = 'syntax = "proto3"; package b; message T { message U {} }';

  it('are found from the inside out', () => {
    const [file] = compile(`
      syntax = "proto3";
      package a.b;
      message T {}
      message M {
        message T {}
        T inner = 1;
        b.T through = 2;
        .a.b.T full = 3;
        a.b.M.T longest = 4;
      }`);
    assert.deepEqual(
      file?.messageType[1]?.field.map(({ typeName }) => typeName),
      ['.a.b.M.T', '.a.b.T', '.a.b.T', '.a.b.M.T'],
    );
  });

  it('are not looked for further out once their first part is found', () => {
    const source = 'syntax = "proto3"; import "b.proto"; package a; message b {} message M { b.T t = 1; }';
    assert.throws(
      () => compile(source, { 'b.proto': other }),
      (error) =>
        error instanceof ZipfireError &&
        error.message.endsWith('"b.T" is not declared: its first part is another thing here') &&
        error.hint === 'write ".b.T"',
    );
  });

  it('come from imports, and from what those import publicly', () => {
    const uses = 'message M { b.T t = 1; b.T.U u = 2; }';
    const middle = (how: string) => `syntax = "proto3"; import ${how} "b.proto";`;
    const through = (how: string) =>
      compile(`syntax = "proto3"; import "m.proto"; ${uses}`, { 'm.proto': middle(how), 'b.proto': other });
    assert.equal(through('public').at(-1)?.messageType[0]?.field[1]?.typeName, '.b.T.U');
    assert.throws(
      () => through(''),
      (error) => error instanceof ZipfireError && error.hint === 'import "b.proto";',
    );
  });

  it('are declared once over all files', () => {
    const twice = { 'b.proto': 'message M {}', 'c.proto': 'message M {}' };
    assert.throws(
      () => compile('import "b.proto"; import "c.proto";', twice),
      /"M" is declared in "b\.proto" too/,
    );
  });
});

describe('a .proto file', () => {
  it("imports what is protobuf's own without having it", () => {
    const names = compile(
      'syntax = "proto3"; import "google/protobuf/any.proto"; message M { google.protobuf.Any a = 1; }',
    );
    assert.deepEqual(
      names.map(({ name }) => name),
      ['google/protobuf/any.proto', 'a.proto'],
    );
  });

  it('may begin with a byte order mark, and have lines that end in CR LF', () => {
    const [file] = compile('\ufeffsyntax = "proto3";\r\nmessage M {\r\n}\r\n');
    assert.equal(file?.messageType[0]?.name, 'M');
  });

  it('of any text is compiled or refused with a place', () => {
    const words = fc.constantFrom(
      ...'syntax proto3 message enum M E { } = 1 2 ; string a b [ ] ( ) < > map , option "x" oneof stream returns rpc service extend group repeated optional 0 -1 1.5 . :'.split(
        ' ',
      ),
    );
    const sources = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(sources, fc.boolean(), (text, asMessage) => {
        try {
          compile(asMessage ? message(text) : text);
        } catch (error) {
          assert.ok(error instanceof ZipfireError, String(error));
          assert.match(error.message, /^a\.proto:\d+:\d+: /);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may be large', () => {
    const [file] = compile(
      `${'//\n'.repeat(3e6)}message M {} option java_package = "${'a\\t'.repeat(1e6)}";`,
    );
    assert.equal(file?.options?.javaPackage.length, 2e6);
  });

  it('takes linear time', () => {
    for (const text of [
      '//\n'.repeat(1e5),
      '/**/'.repeat(1e5),
      `"${'\\n'.repeat(1e5)}`,
      '/* '.repeat(1e5),
      ';'.repeat(1e5),
    ]) {
      try {
        compile(text);
      } catch (error) {
        assert.ok(error instanceof ZipfireError);
      }
    }
  });
});
