import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';

const { LEGACY_REQUIRED } = FeatureSet_FieldPresence;

/** Any proto3 JSON of a message type, as text. */
export function jsonOf(type: DescMessage): fc.Arbitrary<string> {
  return messageOf(type, 3);
}

const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 127, 128, -(2 ** 31), 2 ** 31 - 1));
const uint32 = fc.oneof(fc.nat(), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 31));
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 51n, -(2n ** 51n)),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 64n - 1n, 2n ** 53n),
);

/** As JSON writes it: a number, or the number in quotes. */
function written(values: fc.Arbitrary<number | bigint>): fc.Arbitrary<string> {
  return fc.tuple(values, fc.boolean()).map(([value, quoted]) => {
    // A library that reads JSON numbers as doubles would not be an oracle for those beyond.
    const safe = value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return quoted || !safe ? `"${value}"` : String(value);
  });
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => JSON.stringify(value));
const bytes = fc
  .uint8Array({ maxLength: 12 })
  .map((value) => JSON.stringify(Buffer.from(value).toString('base64')));
const double = fc.oneof(
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.constantFrom('"NaN"', '"Infinity"', '"-Infinity"', '0', '-0', '1e3', '"1.5"', '2.5E-3'),
);
const float = fc.oneof(
  fc
    .float({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.constantFrom('"NaN"', '"Infinity"', '"-Infinity"', '0', '3.4028234663852886e38', '0.1'),
);

function scalarOf(type: ScalarType): fc.Arbitrary<string> {
  switch (type) {
    case ScalarType.DOUBLE:
      return double;
    case ScalarType.FLOAT:
      return float;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return written(int32);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return written(uint32);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return written(int64);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return written(uint64);
    case ScalarType.BOOL:
      return fc.constantFrom('true', 'false');
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return bytes;
  }
}

function enumOf({ typeName, values, open }: DescEnum): fc.Arbitrary<string> {
  if (typeName === 'google.protobuf.NullValue') return fc.constant('null');
  const known = values.flatMap(({ name, number }) => [JSON.stringify(name), String(number)]);
  return open ? fc.oneof(fc.constantFrom(...known), int32.map(String)) : fc.constantFrom(...known);
}

const fraction = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^\d{1,9}$/).map((digits) => `.${digits}`),
);
const timestamp = fc
  .tuple(
    fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
    fraction,
    fc.constantFrom('Z', '+00:00', '-07:30', '+14:00'),
  )
  .map(([date, nanos, zone]) =>
    JSON.stringify(
      date
        .toISOString()
        .replace(/\.\d+Z$/, nanos + zone)
        .slice(-40),
    ),
  );
const duration = fc
  .tuple(fc.constantFrom('', '-'), fc.nat(315_576_000_000), fraction)
  .map(([sign, seconds, nanos]) => JSON.stringify(`${sign}${seconds}${nanos}s`));
const fieldMask = fc
  .array(fc.stringMatching(/^[a-z][a-zA-Z]{0,6}(\.[a-z][a-zA-Z]{0,4})?$/), { maxLength: 3 })
  .map((paths) => JSON.stringify(paths.join(',')));
const anyJson = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }).map((value) => JSON.stringify(value));
const anyObject = fc
  .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
  .map((value) => JSON.stringify(value));
const anyList = fc
  .array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 })
  .map((value) => JSON.stringify(value));
const any = fc.oneof(
  fc.constant('{}'),
  duration.map((value) => `{"@type":"type.googleapis.com/google.protobuf.Duration","value":${value}}`),
  text.map((value) => `{"key":${value},"@type":"type.googleapis.com/store.v1.GetRequest"}`),
  anyObject.map((value) => `{"@type":"type.googleapis.com/google.protobuf.Struct","value":${value}}`),
  fc.constant('{"@type":"type.googleapis.com/google.protobuf.Int32Value","value":0}'),
  fc.constant(
    '{"@type":"type.googleapis.com/google.protobuf.Any","value":{"@type":"type.googleapis.com/store.v1.PutRequest","value":"AQ=="}}',
  ),
);

function messageOf(type: DescMessage, depth: number): fc.Arbitrary<string> {
  switch (type.typeName) {
    case 'google.protobuf.Timestamp':
      return timestamp;
    case 'google.protobuf.Duration':
      return duration;
    case 'google.protobuf.FieldMask':
      return fieldMask;
    case 'google.protobuf.Value':
      return anyJson;
    case 'google.protobuf.Struct':
      return anyObject;
    case 'google.protobuf.ListValue':
      return anyList;
    case 'google.protobuf.Any':
      return any;
  }
  if (/^google\.protobuf\.\w+Value$/.test(type.typeName)) {
    return scalarOf(type.fields[0]?.scalar ?? ScalarType.STRING);
  }
  const required = type.fields.filter(({ presence }) => presence === LEGACY_REQUIRED);
  const others = type.fields.filter((field) => !required.includes(field));
  if (type.fields.length === 0) return fc.constant('{}');
  return fc
    .tuple(
      fc.subarray(others, { maxLength: Math.min(others.length, depth === 0 ? 2 : 6) }),
      fc.infiniteStream(fc.boolean()),
    )
    .chain(([some, coins]) => {
      const chosen = onePerOneof([...required, ...some]).filter(
        (field) => depth > 0 || !holdsMessage(field, type),
      );
      const members = chosen.map((field) => {
        const name = coins.next().value ? field.name : field.jsonName;
        return fieldOf(field, depth).map((value) => `${JSON.stringify(name)}:${value}`);
      });
      return fc.tuple(...members).map((parts) => `{${parts.join(', ')}}`);
    });
}

function holdsMessage(field: DescField, parent: DescMessage): boolean {
  return field.message !== undefined && field.message.typeName === parent.typeName;
}

function onePerOneof(fields: readonly DescField[]): DescField[] {
  return fields.filter(
    ({ oneof }, i) => oneof === undefined || fields.findIndex((other) => other.oneof === oneof) === i,
  );
}

function fieldOf(field: DescField, depth: number): fc.Arbitrary<string> {
  const one = () => {
    if (field.message !== undefined) return messageOf(field.message, depth - 1);
    return field.enum === undefined ? scalarOf(field.scalar) : enumOf(field.enum);
  };
  switch (field.fieldKind) {
    case 'list':
      return fc.array(one(), { maxLength: 4 }).map((items) => `[${items.join(',')}]`);
    case 'map':
      return fc
        .uniqueArray(fc.tuple(keyOf(field.mapKey), one()), { maxLength: 3, selector: ([key]) => key })
        .map((entries) => `{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`);
    default:
      return field.message?.typeName === 'google.protobuf.Value' || field.presence === LEGACY_REQUIRED
        ? one()
        : fc.oneof({ arbitrary: one(), weight: 9 }, { arbitrary: fc.constant('null'), weight: 1 });
  }
}

function keyOf(type: ScalarType): fc.Arbitrary<string> {
  if (type === ScalarType.STRING) return text;
  if (type === ScalarType.BOOL) return fc.constantFrom('"true"', '"false"');
  return scalarOf(type).map((value) => (value.startsWith('"') ? value : `"${value}"`));
}
