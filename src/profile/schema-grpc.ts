import { z } from 'zod';
import { parseCount, parseDurationMs, usageError } from '../core/index.js';
import { headerValues } from './schema-headers.js';
import { describe, settingsOf, texts, value } from './schema-parts.js';
import { readBoolean } from './setting-kinds.js';

/** An interval or a length of a stream. Longest time that a timer of Node can hold: 24 days. */
function readMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms > 2 ** 31 - 1) throw usageError('expected at most 596h (24 days)');
  return ms;
}

function readMessages(text: string): number {
  const count = parseCount(text);
  if (count === 0) throw usageError('expected 1 or more, read "0"');
  return count;
}

const file = (description: string, example: string) =>
  value(String, { type: 'string', description, examples: [example] }).optional();

const duration = (description: string, example: string) =>
  value(readMs, { type: ['string', 'number'], description, examples: [example] }).optional();

const boolean = (description: string) => value(readBoolean, { type: 'boolean', description }).optional();

const stream = z
  .strictObject({
    interval: duration(
      'Between two messages that a call sends. Default 0: as fast as they are taken.',
      '100ms',
    ),
    messages: value(readMessages, {
      type: ['integer', 'string'],
      description:
        'Messages of one call: so many are sent, the data going round; of a method that takes one message, the call is ended after so many are received.',
      examples: [100],
    }).optional(),
    duration: duration('After so long a call sends no more, or is ended where it only receives.', '5s'),
    freshValues: boolean(
      'Whether each message sent draws values of its own. Default false: a call draws once.',
    ),
  })
  .meta({ description: 'What a call of a streaming method does.' })
  .optional();

/** What makes an operation a gRPC call. */
export const callFields = {
  call: value(String, {
    type: 'string',
    description: 'gRPC method that is called; then the target is grpc:// or grpcs://.',
    examples: ['kv.v1.KV/Get'],
  }).optional(),
  data: describe(z.unknown().optional(), {
    description:
      'The message of a call: names and values, or JSON as a text, which is a template. A list is several messages: a method that streams sends all of them in a call, others take turns.',
  }),
  dataFile: file('The same from a JSON file, relative to the profile.', 'messages.json'),
  binaryFile: file(
    'Serialized messages, relative to the profile: one, or several with their length before each.',
    'messages.bin',
  ),
  metadata: z
    .record(z.string(), headerValues)
    .meta({
      description:
        'Of a call, by name; values are templates, those of names in -bin base64. As for headers, values may have weights.',
    })
    .optional(),
  gzip: boolean('Whether the messages of a call are sent compressed. Default false.'),
  stream,
};

const paths = (description: string, example: string) =>
  describe(texts.optional(), {
    description,
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    examples: [[example]],
  });

/** What all calls of a profile share. */
export const grpcSchema = z
  .strictObject({
    proto: paths(
      '.proto files, relative to the profile. Without them and protosets: server reflection.',
      'kv.proto',
    ),
    importPaths: paths('Folders that imports are looked for in, relative to the profile.', 'proto'),
    protosets: paths('Compiled schemas (FileDescriptorSet), relative to the profile.', 'kv.protoset'),
    reflectMetadata: z
      .record(z.string(), texts)
      .meta({ description: 'Metadata of the reflection calls, by name.' })
      .optional(),
    ...settingsOf('grpc'),
  })
  .meta({ description: 'Of gRPC calls: where their schema is, and what they share.' });
