import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Result } from '../core/index.js';

/** Who measured, and on what: the `tool` of a result. */
export function describeTool(): Result['tool'] {
  return {
    name: 'zipfire',
    version: toolVersion(),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    cpus: os.availableParallelism(),
  };
}

export function toolVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
