/** What a finding says to paste, pasted into the faulty files of the catalogue: the finding is gone then. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gatherFiles } from '#zipfire/advisor/gather/files/index.js';
import { advise, fileAudits } from '#zipfire/advisor/index.js';

const root = fileURLToPath(new URL('../../../test/advisor/catalogue/', import.meta.url));

async function failures(folder: string, id: string) {
  const gathered = await gatherFiles([folder]);
  const { findings } = advise({ target: folder, gathered, audits: fileAudits });
  return findings.filter((each) => each.id === id && each.status === 'fail');
}

type Paste = (lines: readonly string[], at: number, fix: readonly string[]) => string[];

const indentOf = (line: string | undefined) => /^\s*/.exec(line ?? '')?.[0] ?? '';
const indented = (fix: readonly string[], like: string | undefined) =>
  fix.map((each) => indentOf(like) + each);

/** In the place of the line that is told, with its indentation. */
const instead: Paste = (lines, at, fix) => lines.toSpliced(at, 1, ...indented(fix, lines[at]));
/** Behind that line. */
const behind: Paste = (lines, at, fix) => lines.toSpliced(at + 1, 0, ...indented(fix, lines[at]));
/** As the first of a block that the line opens. */
const within: Paste = (lines, at, fix) => lines.toSpliced(at + 1, 0, ...indented(fix, lines[at + 1]));
/** Of a variable: its value, where it has one. */
const value: Paste = (lines, at, fix) => instead(lines, at, [fix.at(-1)?.trim() ?? '']);
/** Of a list `env:`: into the one that the container has. */
const environment: Paste = (lines, at, fix) => {
  const env = lines.findIndex((each) => each.trim() === 'env:');
  assert.ok(env >= 0 && env < at, 'the container has an env');
  return lines.toSpliced(env + 1, 0, ...indented(fix.slice(1), lines[env]));
};

/** Of JAVA_TOOL_OPTIONS, where it is set already. */
const options: Paste = (lines, _, fix) => {
  const at = lines.findIndex((each) => each.includes('JAVA_TOOL_OPTIONS'));
  assert.ok(at >= 0, 'it is set');
  return value(lines, at + 1, fix);
};

const table: readonly (readonly [folder: string, id: string, paste: Paste])[] = [
  ['go-line-old', 'CPU02', instead],
  ['go-limit-below-two', 'CPU03', environment],
  ['go-fractional-limit', 'CPU10', instead],
  ['go-pin-above-limit', 'CPU10', value],
  ['jvm-one-cpu', 'CPU11', options],
  ['nginx-one-worker', 'CPU12', instead],
  ['memlimit-missing', 'MEM01', environment],
  ['memlimit-is-the-limit', 'MEM02', value],
  ['systemd-memlimit', 'MEM02', instead],
  ['helm-values', 'MEM02', value],
  ['alb-outlasts-node', 'KA02', instead],
  ['gcp-outlasts-go', 'KA02', instead],
  ['equal-timers', 'KA03', instead],
  ['node-default-behind-alb', 'KA04', behind],
  ['go-idle-is-read-timeout', 'KA05', behind],
  ['go-two-idle-connections', 'KA09', within],
  ['go-reverse-proxy', 'KA09', behind],
  ['go-body-not-read', 'KA09', behind],
  ['node-agent-without-keep-alive', 'KA10', value],
  ['nginx-few-streams', 'H201', instead],
  ['backlog-short', 'K02', instead],
  ['backlog-capped', 'K02', value],
];

describe('fixes, pasted', () => {
  for (const [folder, id, paste] of table)
    it(`${id} of ${folder}`, async () => {
      const copy = mkdtempSync(join(tmpdir(), 'zipfire-paste-'));
      try {
        cpSync(join(root, folder, 'broken'), copy, { recursive: true });
        const [finding] = await failures(copy, id);
        assert.ok(finding?.fix && finding.where, 'it is found');
        const [, file = '', line = ''] = /^(.+):(\d+)$/.exec(finding.where) ?? [];
        const path = resolve(file);
        const lines = readFileSync(path, 'utf8').split('\n');
        writeFileSync(path, paste(lines, Number(line) - 1, finding.fix.split('\n')).join('\n'));
        assert.deepEqual(await failures(copy, id), [], readFileSync(path, 'utf8'));
      } finally {
        rmSync(copy, { recursive: true });
      }
    });
});
