import { type Plan, usageError } from '../../core/index.js';
import { Holes, parseTemplate } from '../../request/index.js';
import { decodeBinaryMetadata, isBinaryMetadata, isMetadataText } from '../../wire/grpc/index.js';
import { trialValues } from './trial.js';

/**
 * Checks metadata whose values have holes, as they come out in two hits. What is fixed was checked where it was
 * read.
 * @throws ZipfireError `usage` that names the metadata
 */
export function checkMetadata(
  metadata: readonly (readonly [name: string, value: string])[],
  names: Readonly<Record<string, string>>,
  plan: Pick<Plan, 'keys' | 'seed'>,
): void {
  for (const [name, template] of metadata) {
    const holes = new Holes();
    const parts = parseTemplate(template).map((part) =>
      typeof part === 'string' ? part : holes.index(part),
    );
    if (holes.list.length === 0) continue;
    for (const hit of [0, 1]) {
      const values = trialValues(holes.list, names, plan, hit);
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
