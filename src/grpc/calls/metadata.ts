import { usageError } from '../../core/index.js';
import { Holes, parseTemplate } from '../../request/index.js';
import { decodeBinaryMetadata, isBinaryMetadata, isMetadataText } from '../../wire/grpc/index.js';
import { createTrial, rowsUsed, type TrialPlan } from './trial.js';

/** Values of one name that are looked at. */
const MAX_VALUES = 100_000;

/**
 * Checks metadata whose values have holes, as they come out in two hits, or with each row of data. What is fixed was checked where it was
 * read.
 * @throws ZipfireError `usage` that names the metadata
 */
export function checkMetadata(
  metadata: readonly (readonly [name: string, value: string])[],
  names: Readonly<Record<string, string>>,
  plan: TrialPlan,
): void {
  for (const [name, template] of metadata) {
    const holes = new Holes();
    const parts = parseTemplate(template).map((part) =>
      typeof part === 'string' ? part : holes.index(part),
    );
    if (holes.list.length === 0) continue;
    const trial = createTrial(holes.list, names, plan);
    const hits = Math.max(2, Math.min(MAX_VALUES, rowsUsed(holes.list, plan)));
    for (let hit = 0; hit < hits; hit++) {
      const values = trial(hit);
      const value = parts.map((part) => (typeof part === 'number' ? values[part] : part)).join('');
      const problem = metadataValueProblem(name, value);
      if (problem !== null) throw usageError(`metadata ${name}: ${problem}`);
    }
  }
}

function metadataValueProblem(name: string, value: string): string | null {
  if (isBinaryMetadata(name))
    return decodeBinaryMetadata(value) === null ? 'its template makes no base64' : null;
  return isMetadataText(value) ? null : 'its template makes something else than printable ASCII';
}
