import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { renderJunit } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { planOf, resultOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

describe('junit report', () => {
  it('is what CI systems read', () => {
    const text = ['closed-loop', 'gates-pass', 'gate-fail', 'all-failed', 'invalid', 'interrupted', 'hostile']
      .map((name) => `<!-- ${name} -->\n${renderJunit((scenes[name] as (typeof scenes)[string])())}`)
      .join('\n');
    assertGolden('junit.golden.xml', text);
  });

  it('is well-formed whatever the names are', () => {
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
        assertWellFormed(xml);
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

/** Enough of XML 1.0 for what is written here: allowed characters, tags that nest, attributes quoted, entities known. */
function assertWellFormed(xml: string): void {
  assert.match(xml, /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  const open: string[] = [];
  const markup =
    /<\?xml [^?]*\?>|<\/(\w+)>|<(\w+)(?: \w+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")* ?(\/?)>/g;
  const text = xml.replace(markup, (_, closes?: string, opens?: string, empty?: string) => {
    if (closes !== undefined) assert.equal(open.pop(), closes);
    else if (opens !== undefined && empty === '') open.push(opens);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(text.replace(/&(?:amp|lt|gt|quot|apos);/g, ''), /[<&]/);
}
