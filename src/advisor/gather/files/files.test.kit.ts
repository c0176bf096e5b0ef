import type { FilesArtifact } from './artifact.js';
import { readFiles } from './read.js';

/** What files of these names and texts say. */
export function artifactOf(texts: Readonly<Record<string, string>>): FilesArtifact {
  return readFiles(Object.entries(texts).map(([file, text]) => ({ file, text, within: file, named: true })))
    .artifact;
}
