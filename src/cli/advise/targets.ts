import type { Plan } from '../../core/index.js';
import { usageError } from '../../core/index.js';
import {
  isProfilePath,
  type PlanContext,
  planFromFlags,
  planFromProfile,
  type RunFlags,
  readFileBounded,
} from '../../profile/index.js';

/** What the arguments name: at most one thing to load, and files to read. */
export interface AdviseTargets {
  readonly load: string | null;
  readonly files: readonly string[];
}

const MOST_PROFILE_BYTES = 2 ** 20;

/** @throws ZipfireError `usage` when there is more than one to load */
export function readTargets(words: readonly string[]): AdviseTargets {
  const loads = words.filter(isLoad);
  if (loads.length > 1)
    throw usageError('more than one URL or profile', 'give one, and files and folders beside it');
  return { load: loads[0] ?? null, files: words.filter((word) => !loads.includes(word)) };
}

function isLoad(word: string): boolean {
  return /^[a-z][a-z\d+]*:\/\//i.test(word) || (isProfilePath(word) && isProfile(word));
}

/** Manifests are YAML, too. A profile says its version and what it sends at its outermost level. */
function isProfile(path: string): boolean {
  let text: string;
  try {
    text = new TextDecoder().decode(readFileBounded(path, MOST_PROFILE_BYTES));
  } catch {
    // A file that is not there, or is too large, is told about by whoever reads it.
    return false;
  }
  return (
    /^version:/m.test(text) && /^(operations|target):/m.test(text) && !/^(apiVersion|services):/m.test(text)
  );
}

export async function planOf(load: string, flags: RunFlags, context: PlanContext): Promise<Plan> {
  return isProfilePath(load) ? planFromProfile(load, flags, context) : planFromFlags(load, flags, context);
}
