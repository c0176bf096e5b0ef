import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTemplate } from './template.js';
import { createVariable } from './variables.js';

function render(template: string, hit: number): string {
  return parseTemplate(template)
    .map((part) => {
      if (typeof part === 'string') return part;
      const source = createVariable(part, { seed: 7, worker: 3 });
      return source === null ? assert.fail(part.source) : source(hit);
    })
    .join('');
}

describe("ghz's spellings", () => {
  const pairs: [ghz: string, ours: string][] = [
    ['{{.RequestNumber}}', '{{hit}}'],
    ['{{ .RequestNumber }}', '{{hit}}'],
    ['{{.WorkerID}}', '{{worker}}'],
    ['{{.UUID}}', '{{uuid}}'],
    ['{{newUUID}}', '{{uuid}}'],
    ['{{randomString 8 }}', '{{randomString 8}}'],
    ['{{randomInt 1 9}}', '{{randomInt 1 9}}'],
  ];
  for (const [ghz, ours] of pairs) {
    it(`${ghz} is ${ours}`, () => assert.equal(render(ghz, 12), render(ours, 12)));
  }

  const times: [name: string, text: RegExp][] = [
    ['.Timestamp', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/],
    ['.TimestampUnix', /^\d{10}$/],
    ['.TimestampUnixMilli', /^\d{13}$/],
    ['.TimestampUnixNano', /^\d{19}$/],
  ];
  for (const [name, text] of times) {
    it(`{{${name}}} is a time`, () => assert.match(render(`{{${name}}}`, 0), text));
  }

  it('that are none are unknown', () => {
    for (const name of ['.Nothing', '.hit', 'constructor', '.constructor']) {
      assert.equal(createVariable({ name, args: [], source: `{{${name}}}` }, { seed: 0, worker: 0 }), null);
    }
  });
});
