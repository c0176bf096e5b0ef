import type { CapacityResult } from '../../core/index.js';
import { renderCapacity } from '../../report/capacity.js';
import { terminalOptions } from '../console.js';
import { writeText } from '../keys/flags.js';
import { readPageAssets } from '../page-assets.js';
import { toolVersion } from '../tool.js';

/** @param outputs paths by format's flag; `-` is stdout, which then has nothing else */
export async function writeCapacity(
  result: CapacityResult,
  outputs: ReadonlyMap<string, string>,
): Promise<void> {
  if (![...outputs.values()].includes('-'))
    process.stdout.write(renderCapacity(result, terminalOptions(process.stdout)));
  for (const [name, path] of outputs) await writeText(name, path, await textOf(name, result));
}

async function textOf(format: string, result: CapacityResult): Promise<string> {
  if (format !== 'html') return `${JSON.stringify(result, null, 2)}\n`;
  // Loaded when it is asked for.
  const { renderCapacityPage } = await import('../../report/html/capacity-page.js');
  return renderCapacityPage(result, await readPageAssets(), toolVersion());
}
