import os from 'node:os';
import { type PlanContext, readFileBounded, readStdinBounded } from '../profile/index.js';

/** What plans are made from in this process. */
export function planContext(): PlanContext {
  return {
    env: process.env,
    readFile: readFileBounded,
    readStdin: readStdinBounded,
    cores: os.availableParallelism(),
  };
}
