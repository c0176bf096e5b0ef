import type { Gathered } from '../../facts.js';
import { readFiles } from './read.js';
import { findFiles } from './walk.js';

export type * from './artifact.js';
export { type Place, placeText, type Sited } from './place.js';

/** Reads the files and folders that describe a service. What cannot be read is in the artifact, with the reason. */
export async function gatherFiles(paths: readonly string[]): Promise<Gathered> {
  const { files, unread } = await findFiles(paths);
  const { artifact, suppressions } = readFiles(files, unread);
  return { facts: { files: artifact, suppressions }, failed: {} };
}
