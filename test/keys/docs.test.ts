import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { renderPlot } from '#zipfire/cli/keys/preview-view.js';
import type { KeySpec } from '#zipfire/core/index.js';
import { createKeyGenerator, distributions, parseKeyFlag, resolveKeySpec } from '#zipfire/keys/index.js';
import { rangeOf } from '#zipfire/keys/parameter.js';
import { previewKeys } from '#zipfire/keys/preview/index.js';
import { createStyle } from '#zipfire/report/style.js';
import { zipfire } from '../cli/zipfire.js';

const page = new URL('../../../docs/keys.md', import.meta.url);
const text = await readFile(page, 'utf8');

/** What the program says for a mark of the page: `<!-- picture: … -->` and the like, and below it the output. */
const generators: Readonly<Record<string, (argument: string) => string>> = {
  about: (name) => `${distributions[name]?.about}.`,
  parameters: (name) => parameterTable(name),
  picture: (spec) => `\`\`\`text\n${picture(specOf(spec))}\n\`\`\``,
};

function specOf(source: string): KeySpec {
  if (!source.startsWith('{')) return parseKeyFlag(source);
  const [name, params] = Object.entries(JSON.parse(source))[0] as [string, Record<string, unknown>];
  return resolveKeySpec(name, params);
}

function picture(spec: KeySpec): string {
  const style = createStyle({ colour: false, width: 80, unicode: true });
  return renderPlot(previewKeys(spec, 1, 'key', 100_000, []), style)
    .slice(1)
    .join('\n');
}

function parameterTable(name: string): string {
  const rows = (distributions[name]?.params ?? []).map((param) => {
    const range =
      param.kind === 'number'
        ? rangeOf(param)
        : param.kind === 'list'
          ? `1 to ${param.maxLength} numbers ≥ 0`
          : 'distributions';
    const found = param.kind === 'number' ? param.default : undefined;
    const missing = param.required ? 'required' : found === undefined ? '' : `default ${found}`;
    return `| \`${param.name}\` | ${param.about} | ${range} | ${missing} |`;
  });
  return ['| parameter | what | valid | |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page with every generated part as the program gives it now. */
function regenerated(): string {
  return text.replace(
    /^(<!-- (about|parameters|picture): (.*) -->)\n\n(?:```text\n[\s\S]*?\n```|(?:\|.*\n)+|.*)\n?(?=\n)/gm,
    (_, mark: string, kind: string, argument: string) => `${mark}\n\n${generators[kind]?.(argument)}\n`,
  );
}

describe('docs/keys.md', () => {
  it('has the pictures, ranges and words of the program (UPDATE_GOLDEN=1 rewrites them)', async () => {
    const fresh = regenerated();
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(page, fresh);
    else assert.equal(text, fresh);
  });

  it('has every distribution, with a picture of it', () => {
    for (const name of Object.keys(distributions)) {
      const section = text.split(/^### /m).find((part) => part.startsWith(`${name}\n`));
      assert.ok(section !== undefined, `${name} is not there`);
      for (const mark of [`<!-- about: ${name} -->`, `<!-- parameters: ${name} -->`])
        assert.ok(section.includes(mark), mark);
      const source = /<!-- picture: (.*) -->/.exec(section)?.[1] ?? assert.fail(`${name} has no picture`);
      assert.equal(specOf(source).distribution, name);
    }
  });
});

describe('examples of docs/keys.md', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-'));
    await writeLogs();
  });
  after(() => rm(folder, { recursive: true }));

  async function writeLogs(): Promise<void> {
    const generator = createKeyGenerator(parseKeyFlag('zipf:n=500,alpha=1'), 1);
    const keys = Array.from({ length: 5000 }, (_, hit) => generator.at(hit));
    const lines: Record<string, (key: number) => string> = {
      'access.log': (key) => `::1 - - [20/Nov/2026:10:00:00 +0000] "GET /users/${key}?a=1 HTTP/1.1" 200 5`,
      'requests.jsonl': (key) => `{"request":{"uri":"/users/${key}"}}`,
      'requests.csv': (key) => `10:00,u${key}`,
      'app.log': (key) => `10:00 served user=u${key}, and well`,
    };
    for (const [name, line] of Object.entries(lines)) {
      const head = name.endsWith('.csv') ? 'time,user\n' : '';
      await writeFile(join(folder, name), `${head}${keys.map(line).join('\n')}\n`);
    }
    await writeFile(
      join(folder, 'profile.yaml'),
      'version: 1\ntarget: http://127.0.0.1:1\nkeys:\n  user: { zipf: { n: 1M, alpha: 1.2 } }\noperations:\n  read: { get: "/{{user}}" }\n',
    );
  }

  const commands = [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.startsWith('zipfire '));
  assert.ok(commands.length >= 10, 'the page has lost its examples');
  for (const command of commands) {
    it(command, async () => {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const args = words
        .slice(1)
        .map((word) => (/\.(log|jsonl|csv|yaml|json)$/.test(word) ? join(folder, word) : word));
      const { code, stdout, stderr } = await zipfire(args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^[✓!] /);
    });
  }
});
