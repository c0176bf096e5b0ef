import { readFile } from 'node:fs/promises';
import { ZipfireError } from '../core/index.js';
import type { PageAssets } from '../report/report-format.js';

/** Beside the folder that this module is in, whether it is in the bundle or not. */
const folder = new URL('../page/', import.meta.url);

/** Script and style of the HTML page, which the build made. @throws ZipfireError `internal` when it did not */
export async function readPageAssets(name: 'report' | 'live' = 'report'): Promise<PageAssets> {
  const read = (file: string) =>
    readFile(new URL(file, folder), 'utf8').catch((cause: unknown) => {
      throw new ZipfireError('internal', `${file} of the HTML page is missing`, 'npm run build', cause);
    });
  return { script: await read(`${name}.js`), style: await read('report.css') };
}
