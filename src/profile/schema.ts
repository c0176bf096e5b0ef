import { z } from 'zod';
import { parseCount, parseNumber, usageError } from '../core/index.js';
import { axisReference, matrixSchema } from './matrix-schema.js';
import { replaySchema } from './replay/schema.js';
import { dataSchema } from './schema-data.js';
import { callFields, grpcSchema } from './schema-grpc.js';
import { headerValues } from './schema-headers.js';
import { keySchema } from './schema-keys.js';
import { describe, type Json, kindOf, setting, settingsOf, value } from './schema-parts.js';
import { sizeSchema } from './schema-sizes.js';
import { tagsSchema } from './schema-tags.js';
import { captureSchema, sequenceSchema } from './sequences/schema.js';
import { readRate } from './setting-kinds.js';
import { settings } from './settings.js';
import { concurrencyStages, connectionStages, rateStages } from './stages/kinds.js';
import { stagesSchema } from './stages/schema.js';

/** Methods that can be written as `get: "/path"`. */
export const verbs = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** Names of operations and keys: what templates and gates can tell from their own punctuation. */
export const NAME = /^[A-Za-z_][\w-]{0,63}$/;

const amount = (description: string, examples: Json[string]): Json => ({
  description,
  type: ['integer', 'string'],
  examples,
});

const VERSION = 1;

const version = value(
  (read) => {
    if (Number(read) === VERSION) return VERSION;
    throw usageError(`expected ${VERSION}, read ${kindOf(read)}`, 'this zipfire reads profiles of version 1');
  },
  { description: 'Version of this format.', const: VERSION },
);

const bodyForms = z.strictObject({
  text: value(String, { type: 'string', description: 'A template.' }).optional(),
  file: value(String, {
    type: 'string',
    description: 'A file, relative to the profile, sent as it is. 16 MiB at most.',
  }).optional(),
  bytes: sizeSchema('A fixed body of so many bytes.').optional(),
  random: sizeSchema('So many random bytes, others for each request.').optional(),
  json: describe(z.unknown(), {
    description: 'Written as JSON; texts in it are templates. Sets Content-Type: application/json.',
  }).optional(),
});

/** A text stands for `{ text }`. */
const body = describe(
  z.preprocess((raw) => (typeof raw === 'string' ? { text: raw } : raw), bodyForms),
  (forms) => ({
    description: 'What is sent: a text, which is a template, or one of these.',
    anyOf: [{ type: 'string' }, forms],
  }),
);

const names = z.string().regex(NAME);

export const operationSchema = z.strictObject({
  weight: value(parseNumber, {
    description:
      'Share of the requests, relative to the other operations. Default 1; of a step of a sequence 0.',
    type: ['number', 'string'],
    minimum: 0,
    examples: [99, 1],
  }).optional(),
  ...callFields,
  get: pathSchema('GET this path; a template.'),
  head: pathSchema('HEAD to this path; a template.'),
  post: pathSchema('POST to this path; a template.'),
  put: pathSchema('PUT to this path; a template.'),
  patch: pathSchema('PATCH to this path; a template.'),
  delete: pathSchema('DELETE to this path; a template.'),
  method: value(String, {
    type: 'string',
    description: 'Any other method, with `path`.',
    examples: ['OPTIONS'],
  }).optional(),
  path: pathSchema('Path and query; a template.'),
  headers: z
    .record(z.string(), headerValues)
    .meta({
      description:
        'By name; values are templates, a list is sent line by line. With weights by value, { prod: 90, canary: 10 }, each request has one of them.',
    })
    .optional(),
  body: body.optional(),
  capture: z
    .record(names, captureSchema)
    .meta({
      description:
        'What is taken out of a successful response, by name: {{name}} in later requests of the same user.',
    })
    .optional(),
});

function pathSchema(description: string) {
  return value(String, { type: 'string', description, examples: ['/kv/{{key}}'] }).optional();
}

const prefillSchema = z
  .strictObject({
    operation: value(String, { type: 'string', description: 'The operation that writes.' }),
    keys: value(String, { type: 'string', description: 'The keys whose most popular ones are written.' }),
    count: value(parseCount, amount('How many keys.', [100_000])),
    rate: value(readRate, {
      description: 'Writes per second. Left out: as fast as the responses come.',
      type: ['number', 'string'],
      examples: ['5k/s'],
    }).optional(),
  })
  .meta({
    description: 'Writes the most popular keys before anything is measured, so that reads find something.',
  });

/** Settings that a profile has as lists, and flags as texts. */
const stageSchemas = {
  stages: stagesSchema(rateStages, settings.stages.about).optional(),
  connectionStages: stagesSchema(connectionStages, settings.connectionStages.about).optional(),
  concurrencyStages: stagesSchema(concurrencyStages, settings.concurrencyStages.about).optional(),
};

/** The parts of a profile. They are parsed one by one, so that a fault in one does not hide those in others. */
export const parts = {
  version,
  name: setting('name').optional(),
  tags: tagsSchema.optional(),
  target: value(String, {
    type: 'string',
    description:
      'Where the service is: http://, https://, h2c://, grpc://, grpcs://, http+unix:///run/app.sock. A path here is put before those of the operations.',
    examples: ['http://127.0.0.1:8080', 'http+unix:///run/app.sock'],
  }),
  seed: setting('seed').optional(),
  script: setting('script').optional(),
  keys: z
    .record(names, z.union([keySchema, axisReference]))
    .meta({ description: 'Key generators by name: {{user}} in a template is a key of `user`.' })
    .optional(),
  data: z
    .record(names, dataSchema)
    .meta({
      description: 'Files with rows, by name: {{users.id}} in a template is the column `id` of `users`.',
    })
    .optional(),
  operations: z
    .record(names, z.union([operationSchema, axisReference]))
    .meta({
      description: 'What is sent, by name, in shares of the weights. At least one, unless there is a replay.',
    })
    .optional(),
  replay: replaySchema.optional(),
  sequences: z
    .record(names, z.union([sequenceSchema, axisReference]))
    .meta({
      description:
        'Operations that one user sends one after the other, by name, in shares of the weights. See docs/sequences.md.',
    })
    .optional(),
  load: z
    .strictObject({ ...settingsOf('load'), ...stageSchemas })
    .meta({ description: 'How much, and how.' })
    .optional(),
  grpc: grpcSchema.optional(),
  tls: z
    .strictObject(settingsOf('tls'))
    .meta({ description: 'For targets with TLS; without effect on others.' })
    .optional(),
  phases: z
    .strictObject({ prefill: prefillSchema.optional(), ...settingsOf('phases') })
    .meta({ description: 'What happens when: prefill, warm-up, measurement.' })
    .optional(),
  matrix: matrixSchema.optional(),
  trace: z
    .strictObject(settingsOf('trace'))
    .meta({ description: 'W3C Trace Context: a traceparent on a share of the requests.' })
    .optional(),
  advise: z
    .strictObject({
      ignore: z
        .record(z.string().regex(/^[A-Z]+\d+$/), z.string().trim().min(1).max(300))
        .meta({ description: 'Rules that are passed over, each with the reason: { KA09: one call a day }.' })
        .optional(),
    })
    .meta({ description: 'For zipfire advise.' })
    .optional(),
  gates: z
    .array(
      value(String, {
        type: 'string',
        examples: ['p99 < 380ms', 'errors < 0.1%', 'qps >= 95% of rate', 'p99 < 50ms in every 10s window'],
      }),
    )
    .meta({ description: 'What must hold; exit code 3 when one does not.' })
    .optional(),
};

export const profileSchema = z.strictObject(parts);
