import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

/** What is used of the parser, whose own types do not compile under `exactOptionalPropertyTypes`. */
interface XmlParser {
  on(event: 'error', hear: (error: Error) => void): void;
  on(
    event: 'opentag',
    hear: (tag: { name: string; attributes: Readonly<Record<string, string>> }) => void,
  ): void;
  on(event: 'closetag', hear: () => void): void;
  write(xml: string): XmlParser;
  close(): void;
}
const require = createRequire(import.meta.url);
const { SaxesParser } = require('saxes') as { SaxesParser: new () => XmlParser };

/**
 * What the schemas of CI systems allow (Jenkins' junit-10.xsd, and GitLab's and GitHub's readers, which want less): by
 * element its attributes, those needed with a `!`, and the elements in it.
 */
const schema: Readonly<Record<string, { readonly attributes: readonly string[]; readonly in: string }>> = {
  testsuites: { attributes: ['tests', 'failures', 'errors', 'time'], in: '' },
  testsuite: {
    attributes: ['name!', 'tests!', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
    in: 'testsuites',
  },
  properties: { attributes: [], in: 'testsuite' },
  property: { attributes: ['name!', 'value!'], in: 'properties' },
  testcase: { attributes: ['name!', 'classname', 'time'], in: 'testsuite' },
  failure: { attributes: ['message', 'type'], in: 'testcase' },
  error: { attributes: ['message', 'type'], in: 'testcase' },
  skipped: { attributes: ['message', 'type'], in: 'testcase' },
};

/** JUnit XML, read by a parser that takes nothing but XML 1.0. */
export function assertValidJunit(xml: string): void {
  const open: string[] = [''];
  const names = new Set<string>();
  const parser = new SaxesParser();
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', ({ name, attributes }) => {
    const known = schema[name] ?? assert.fail(`<${name}>`);
    assert.equal(known.in, open.at(-1));
    for (const given of Object.keys(attributes))
      assert.ok(
        known.attributes.some((each) => each.replace('!', '') === given),
        `${name} ${given}`,
      );
    for (const needed of known.attributes.filter((each) => each.endsWith('!')))
      assert.notEqual(attributes[needed.slice(0, -1)], undefined, `${name} ${needed}`);
    for (const [given, value] of Object.entries(attributes)) {
      if (given === 'time') assert.match(value, /^\d+\.\d{3}$/);
      if (['tests', 'failures', 'errors', 'skipped'].includes(given)) assert.match(value, /^\d+$/);
    }
    if (name === 'testcase') {
      const { classname, name: of = '' } = attributes;
      const key = `${classname} ${of}`;
      assert.ok(!names.has(key), `two of the name ${of}`);
      names.add(key);
    }
    open.push(name);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  assert.deepEqual(open, ['']);
}
