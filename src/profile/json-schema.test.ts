// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are tested
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { distributions } from '../keys/index.js';
import { initProfile, schemaUrl } from './init.js';
import { profileJsonSchema } from './json-schema.js';
import { settingNames, settings } from './settings.js';

const committed: unknown = JSON.parse(readFileSync(schemaUrl, 'utf8'));

/** What stands at a path of the schema. */
function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((value, part) => Reflect.get(Object(value), part), committed);
}

describe('schema/profile.schema.json', () => {
  it('is what node scripts/schema.js writes', () => {
    assert.deepEqual(committed, JSON.parse(JSON.stringify(profileJsonSchema())));
  });

  it('explains every setting', () => {
    for (const name of settingNames) {
      const [group = '', leaf] = settings[name].path;
      if (group === '') continue;
      const inner = leaf === undefined ? [] : ['properties', leaf];
      assert.equal(at(['properties', group, ...inner, 'description']), settings[name].about, name);
    }
  });

  it('has every distribution and its parameters', () => {
    for (const { name, params } of Object.values(distributions)) {
      const path = [
        'properties',
        'keys',
        'additionalProperties',
        'anyOf',
        '0',
        'properties',
        name,
        'properties',
      ];
      assert.deepEqual(
        Object.keys(Object(at(path))),
        params.map((param) => param.name),
      );
    }
  });

  // An implementation of JSON Schema that did not write it.
  const validator = z.fromJSONSchema(committed as z.core.JSONSchema.JSONSchema);

  const ready = ['read-mostly', 'hot-update', 'grpc-mix', 'matrix-12'].map((name) => ({
    name,
    text: readFileSync(new URL(`../../profiles/${name}.yaml`, import.meta.url), 'utf8'),
  }));
  for (const { name, text } of [...ready, { name: 'init', text: initProfile() }]) {
    it(`accepts ${name}`, () => {
      const result = validator.safeParse(parse(text));
      assert.ok(result.success, result.error?.message);
    });
  }

  const profile = (change: object) => ({
    version: 1,
    target: 'http://h',
    operations: { read: { get: '/' } },
    ...change,
  });
  const good: object[] = [
    profile({}),
    profile({
      load: { rate: '${RATE:-5}', workers: 'auto', http: 2, keepAlive: '${KEEP}', timeout: '1m30s' },
    }),
    profile({ load: { rate: 100, workers: 4, connections: '1_000', keepAlive: false } }),
    profile({ operations: { write: { put: '/', body: 'a text' } } }),
    profile({ phases: { warmup: 0, grace: '5 s' } }),
    profile({ operations: { write: { put: '/', headers: { A: ['b', 5] }, body: { json: { a: [1] } } } } }),
    profile({ keys: { user: { zipf: { n: '1_000_000', alpha: 1.2 }, as: 'user_{}' } } }),
  ];
  for (const value of good) {
    it(`accepts ${JSON.stringify(value)}`, () => {
      const result = validator.safeParse(value);
      assert.ok(result.success, result.error?.message);
    });
  }
  const bad: object[] = [
    {},
    profile({ version: 2 }),
    profile({ lod: {} }),
    profile({ load: { conections: 5 } }),
    profile({ load: { timeout: 5 } }),
    profile({ load: { driver: 'wires' } }),
    profile({ load: { keepAlive: 'yes' } }),
    profile({ operations: { '1 2': { get: '/' } } }),
    profile({ operations: { read: { gett: '/' } } }),
    profile({ operations: { read: { get: '/', body: { byts: 5 } } } }),
    profile({ operations: { read: { get: '/', body: 5 } } }),
    profile({ keys: { user: { zipf: { alpha: 1 } } } }),
    profile({ keys: { user: { zipf: { n: 5, alpha: -1 } } } }),
    profile({ keys: { user: { zpf: {} } } }),
    profile({ gates: 'p99 < 1s' }),
    profile({ matrix: { axes: { a: 5 } } }),
    profile({ keys: { user: '${USER_KEYS}' } }),
  ];
  for (const value of bad) {
    it(`refuses ${JSON.stringify(value)}`, () => assert.equal(validator.safeParse(value).success, false));
  }
});
