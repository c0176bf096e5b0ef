import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FieldList, hex } from './bytes.test.kit.js';
import { HpackDecoder } from './decoder.js';

/**
 * The stories of http2jp/hpack-test-case: what other encoders made of real traffic. Each folder is an encoder,
 * each file a connection. They are not part of this repository.
 */
interface Story {
  readonly cases: readonly {
    readonly wire: string;
    readonly headers: readonly Readonly<Record<string, string>>[];
    /** The decoder's new limit, in force from this block on. */
    readonly header_table_size?: number;
  }[];
}

const beside = fileURLToPath(new URL('../../../../shared/data/hpack', import.meta.url));
const { ZIPFIRE_HPACK_STORIES: folder = beside } = process.env;
const skip = existsSync(folder) ? false : 'no HPACK stories here: set ZIPFIRE_HPACK_STORIES to their folder';

test('HPACK stories', { skip }, async (t) => {
  let blocks = 0;
  for (const encoder of readdirSync(folder, { withFileTypes: true })) {
    if (!encoder.isDirectory()) continue;
    const stories = readdirSync(join(folder, encoder.name)).filter((name) => name.endsWith('.json'));
    await t.test(encoder.name, () => {
      for (const name of stories) blocks += check(join(folder, encoder.name, name));
    });
  }
  assert.ok(blocks > 0, `no story in ${folder}`);
  t.diagnostic(`${blocks} header blocks`);
});

function check(path: string): number {
  const story: Story = JSON.parse(readFileSync(path, 'utf8'));
  const decoder = new HpackDecoder(2 ** 20);
  for (const [i, { wire, headers, header_table_size: tableSize }] of story.cases.entries()) {
    if (tableSize !== undefined) decoder.setMaxTableSize(tableSize);
    const block = hex(wire);
    const list = new FieldList();
    assert.equal(decoder.decode(block, 0, block.length, list), null, `${path}, case ${i}`);
    // The stories are UTF-8; values come as bytes.
    const expected = headers.flatMap((one) =>
      Object.entries(one).map(([name, value]) => Buffer.from(`${name}: ${value}`).toString('latin1')),
    );
    assert.deepEqual(list.fields, expected, `${path}, case ${i}`);
  }
  return story.cases.length;
}
