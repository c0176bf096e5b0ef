import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { initProfile, schemaUrl } from './init.js';
import { load } from './plan.test.kit.js';

const folder = new URL('../../profiles/', import.meta.url);

describe('ready profiles', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(schemaUrl, 'utf8')));
  it('are there', () => assert.ok(names.length >= 9));

  for (const name of names) {
    const text = readFileSync(new URL(name, folder), 'utf8');

    it(`${name} loads, runs against the default target, and has gates`, () => {
      const plan = load(text);
      assert.equal(`${plan.name}.yaml`, name);
      const port = plan.grpc === undefined ? 'http://127.0.0.1:8080/' : 'grpc://127.0.0.1:50051/';
      assert.equal(plan.target.url, port);
      assert.ok(plan.gates.length > 0);
    });

    it(`${name} is what the schema says a profile is`, () => {
      const { success, error } = schema.safeParse(parse(text));
      assert.ok(success, error?.message);
    });

    it(`${name} runs on any number of cores`, () => {
      for (const cores of [1, 2, 64]) assert.ok(load(text, {}, { cores }).load.workers >= 1);
    });

    it(`${name} takes its target from the environment`, () => {
      const url = load(text).grpc === undefined ? 'https://h:1/' : 'grpcs://h:1/';
      assert.equal(load(text, {}, { env: { TARGET: url } }).target.url, url);
    });

    it(`${name} begins with the question that it answers`, () => {
      const [schema = '', , question = ''] = text.split('\n');
      assert.equal(schema, '# yaml-language-server: $schema=../schema/profile.schema.json');
      assert.match(question, /^# .*\?$/);
    });
  }
});

describe('initProfile', () => {
  const plan = load(initProfile());

  it('loads', () => {
    assert.equal(plan.name, 'hot-update');
    assert.deepEqual(
      plan.operations.map(({ name }) => name),
      ['read', 'write'],
    );
    assert.equal(plan.load.rate, null);
    assert.ok(plan.gates.length > 0);
  });

  it('says nothing in its comments that does not work', () => {
    // The lines that are there to be used, used.
    const used = initProfile().replace(
      /^( *)# (hot: \{|headers: \{|rate: |arrivals: |repeat: |- qps)/gm,
      '$1$2',
    );
    assert.notEqual(used, initProfile());
    const uncommented = load(used, {}, { env: { API_TOKEN: 'x' } });
    assert.deepEqual(Object.keys(uncommented.keys), ['user', 'hot']);
    assert.equal(uncommented.load.rate, 20_000);
    assert.equal(uncommented.load.arrivals, 'poisson');
    assert.equal(uncommented.phases.repeat, 3);
    assert.equal(uncommented.gates.length, plan.gates.length + 1);
    assert.deepEqual(uncommented.operations[1]?.headers, [['Authorization', 'Bearer x']]);
  });

  it('tells editors where the schema is', () => {
    assert.match(
      initProfile(),
      /^# yaml-language-server: \$schema=\.\/node_modules\/zipfire\/schema\/profile\.schema\.json\n/,
    );
    assert.match(
      initProfile({ schema: 'a.json\nversion: 2' }),
      /^# yaml-language-server: \$schema=a\.jsonversion: 2\n#\n/,
    );
  });
});
