import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { renderJunit } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { planOf, resultOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

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

describe('junit report', () => {
  it('is what CI systems read', () => {
    const text = [
      'closed-loop',
      'gates-pass',
      'gate-fail',
      'windows-broken',
      'aborted',
      'all-failed',
      'invalid',
      'interrupted',
      'hostile',
    ]
      .map((name) => `<!-- ${name} -->\n${renderJunit((scenes[name] as (typeof scenes)[string])())}`)
      .join('\n');
    assertGolden('junit.golden.xml', text);
  });

  it('is valid for every kind of run', () => {
    for (const scene of Object.values(scenes)) assertValid(renderJunit(scene()));
  });

  it('holds to the schema that Jenkins reads by, for every kind of run', async () => {
    const { validateXML } = await import('xmllint-wasm');
    const schema = await readFile(new URL('../../../test/report/junit-10.xsd', import.meta.url), 'utf8');
    const files = Object.entries(scenes).map(([name, scene]) => ({
      fileName: `${name}.xml`,
      contents: renderJunit(scene()),
    }));
    const { valid, errors } = await validateXML({ xml: files, schema });
    assert.deepEqual(
      errors.map(({ message }) => message),
      [],
    );
    assert.ok(valid);
    const wrong = { fileName: 'wrong.xml', contents: '<testsuites><testcase name="no suite"/></testsuites>' };
    assert.equal((await validateXML({ xml: [wrong], schema })).valid, false, 'it can fail');
  });

  it('is valid whatever the names are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(']]>', '"/><testcase/>', '&amp;', '<!--', '\uffff\ufffe\0\x1b', '\ud800', "'\n'"),
    );
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (name, source, reason, valid) => {
        const xml = renderJunit(
          resultOf({
            plan: planOf({ name }),
            startedAt: name,
            validity: { valid, reasons: [reason, `late: ${reason}`] },
            gates: [{ source, actual: 1, limit: 2, verdict: 'fail' }],
            verdict: valid ? 'fail' : 'invalid',
          }),
        );
        assertValid(xml);
        assert.equal(xml.match(/<testcase /g)?.length, 2);
      }),
    );
  });

  it('counts what it holds', () => {
    const counts = (name: string) =>
      /tests="\d+" failures="\d+" errors="\d+" skipped="\d+"/.exec(
        renderJunit((scenes[name] as (typeof scenes)[string])()),
      )?.[0];
    assert.equal(counts('gates-pass'), 'tests="4" failures="0" errors="0" skipped="0"');
    assert.equal(counts('gate-fail'), 'tests="4" failures="1" errors="0" skipped="0"');
    assert.equal(counts('all-failed'), 'tests="3" failures="2" errors="0" skipped="0"');
    assert.equal(counts('invalid'), 'tests="2" failures="0" errors="1" skipped="1"');
    assert.equal(counts('interrupted'), 'tests="1" failures="0" errors="1" skipped="0"');
  });
});

/**
 * What the schemas of CI systems allow (Jenkins' junit-10.xsd, and GitLab's and GitHub's readers, which want less): by
 * element its attributes, those needed with a `!`, and the elements in it.
 */
const schema: Readonly<Record<string, { readonly attributes: readonly string[]; readonly in: string }>> = {
  testsuites: { attributes: [], in: '' },
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

/** Read by a parser that takes nothing but XML 1.0. */
function assertValid(xml: string): void {
  const open: string[] = [''];
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
    open.push(name);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  assert.deepEqual(open, ['']);
}
