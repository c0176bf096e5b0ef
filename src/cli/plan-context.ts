import os from 'node:os';
import { type PlanContext, readFileBounded } from '../profile/index.js';

/** What plans are made from in this process. */
export function planContext(): PlanContext {
  return { env: process.env, readFile: readFileBounded, cores: os.availableParallelism() };
}
