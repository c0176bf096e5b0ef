import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { renderJunit } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { planOf, resultOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';
import { assertValidJunit } from '../support/junit.js';

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
    for (const scene of Object.values(scenes)) assertValidJunit(renderJunit(scene()));
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

  it('has a text and a type wherever something failed: GitLab shows the one, and Ant asks for the other', () => {
    for (const scene of Object.values(scenes)) {
      const xml = renderJunit(scene());
      for (const [element, text] of xml.matchAll(/<(?:failure|error|skipped)\b[^>]*>([^<]*)/g)) {
        assert.notEqual(text, '', element);
        if (!element.startsWith('<skipped')) assert.match(element, / type="(gate|measurement)"/);
      }
      assert.doesNotMatch(xml, /<(?:failure|error|skipped)[^>]*\/>/);
    }
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
        assertValidJunit(xml);
        assert.equal(xml.match(/<testcase /g)?.length, 2);
      }),
    );
  });

  it('has each name once: GitLab shows the first of two alone', () => {
    const gate = { source: 'p99 < 1s', actual: 1, limit: 2, verdict: 'pass' } as const;
    const xml = renderJunit(resultOf({ gates: [gate, { ...gate, verdict: 'fail' }, gate] }));
    const names = [...xml.matchAll(/<testcase classname="[^"]*" name="([^"]*)"/g)].map(([, name]) => name);
    assert.deepEqual(names, ['measurement is valid', 'p99 &lt; 1s', 'p99 &lt; 1s (2)', 'p99 &lt; 1s (3)']);
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
