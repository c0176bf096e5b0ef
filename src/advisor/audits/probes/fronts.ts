import { type FilesArtifact, placeText } from '../../gather/files/index.js';
import type { ProbeFacts } from '../../gather/probe/probe-target.js';
import { reusing } from '../files/idle-timers.js';

/** What reuses connections to the target, and for how long they may idle. */
export interface Front {
  readonly name: string;
  readonly idleSec: number;
}

/** What was said with `--lb-idle`, else the load balancers in the files. */
export function frontsOf(probe: ProbeFacts, files: FilesArtifact | undefined): readonly Front[] {
  if (probe.lbIdleMs !== null) return [{ name: '--lb-idle', idleSec: probe.lbIdleMs / 1000 }];
  return (files === undefined ? [] : reusing(files)).map(({ name, kind, idle, file, line }) => ({
    name: `${kind} of ${name} (${placeText({ file, line })})`,
    idleSec: idle.value,
  }));
}

export const NO_FRONT = 'nothing is known of what is in front of it: --lb-idle 60s says it, or files do';
