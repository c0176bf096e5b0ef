import type { Plan } from '../core/index.js';
import type { PlanContext } from './context.js';
import type { RunFlags } from './flags.js';
import type { GrpcFlags } from './grpc/flags.js';
import type { ProfileRuns } from './matrix.js';

export type { PlanContext } from './context.js';
export { readFileBounded, readStdinBounded } from './files.js';
export { planFromFlags, type RunFlags } from './flags.js';
export type { GrpcFlags } from './grpc/flags.js';
export { initProfile, schemaUrl } from './init.js';
export type { Matrix, ProfileRuns } from './matrix.js';
export { redactEcho, redactPlan, redactPlanError, redactUrl } from './redact.js';
export { looksSecret } from './secret-names.js';

/** Whether an argument names a script, which says itself what is loaded, or leaves that to a flag. */
export function isScriptPath(argument: string): boolean {
  return /\.(?:[cm]?js|[cm]?ts)$/i.test(argument) && !argument.includes('://');
}

/** Whether the argument of `run` names a profile; anything else is a URL. */
export function isProfilePath(argument: string): boolean {
  return /\.ya?ml$/i.test(argument) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(argument);
}

/**
 * The plan of `zipfire grpc <host:port>`, whose calls are to be compiled yet.
 *
 * @param target undefined when only a config file names it
 * @throws ZipfireError `usage` with everything that is wrong
 */
export async function planFromGrpc(
  target: string | undefined,
  flags: GrpcFlags,
  context: PlanContext,
): Promise<Plan> {
  const { planFromGrpcFlags } = await import('./grpc/flags.js');
  return planFromGrpcFlags(target, flags, context);
}

/**
 * The plan of `zipfire run <profile.yaml>`; flags go before the file.
 *
 * Loaded when it is asked for: YAML and schemas take longer to load than a plain run takes to its first request.
 *
 * @throws ZipfireError `profile` or `usage` with everything that is wrong
 */
export async function planFromProfile(path: string, flags: RunFlags, context: PlanContext): Promise<Plan> {
  const { loadProfile } = await import('./load.js');
  return loadProfile(path, flags, context);
}

/** The same of a profile that may be a matrix: then all of its plans. */
export async function runsOfProfile(
  path: string,
  flags: RunFlags,
  context: PlanContext,
): Promise<ProfileRuns> {
  const { loadRuns } = await import('./load.js');
  return loadRuns(path, flags, context);
}
