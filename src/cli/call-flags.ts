import { type Plan, usageError } from '../core/index.js';
import { type GrpcFlags, type PlanContext, planFromGrpc } from '../profile/index.js';
import { camelCase, type Flag, list, readFlagValues, text } from './flag-table.js';
import { loadFlagNames } from './run-flags.js';

/** One method of a gRPC target as the load, of commands that load HTTP too; `zipfire grpc` has the same, and more. */
export const callFlags: Record<string, Flag> = {
  call: text('method of a grpc:// target: package.Service/Method'),
  data: text('its message as JSON, a template, or a list of them; @file'),
  metadata: text('its metadata as JSON; values are templates'),
  proto: list('.proto file; again for more. Without it and --protoset: reflection'),
  'import-path': list('folders that imports are in, commas between'),
  protoset: list('compiled schema; again for more'),
};

/** Flags of a load that mean the same for calls. */
const sharedFlags = [
  'connections',
  'concurrency',
  'workers',
  'duration',
  'requests',
  'rate',
  'arrivals',
  'keys',
  'warmup',
  'repeat',
  'seed',
  'feed',
  'header',
  'trace',
  'timeout',
  'grace',
  'connect-timeout',
  'lb-strategy',
  'insecure',
  'cacert',
  'cert',
  'key',
  'servername',
  'gate',
  'name',
].map(camelCase);

const known: ReadonlySet<string> = new Set([...loadFlagNames.map(camelCase), ...sharedFlags]);

/** Who asks for the load of a call. */
interface Asker {
  readonly context: PlanContext;
  /** Of the command, for whoever names no target that has calls. */
  readonly example: string;
}

/**
 * The load of `--call`; null: there is none.
 *
 * @param target null when nothing names one that could have calls
 * @param load flags of the load that were given, in camel case
 * @throws ZipfireError `usage`
 */
export async function planOfCall(
  argv: Readonly<Record<string, unknown>>,
  target: string | null,
  load: Readonly<Record<string, unknown>>,
  { context, example }: Asker,
): Promise<Plan | null> {
  const values = readFlagValues(argv, callFlags);
  const [first] = Object.keys(values);
  if (first === undefined) return null;
  if (values['call'] === undefined)
    throw usageError(`--${dashed(first)} is for a gRPC call`, '--call package.Service/Method');
  if (target === null || !isCallTarget(target)) throw usageError('--call calls a gRPC target', example);
  const given = Object.entries(load).filter(([name]) => known.has(name));
  const stray = given.find(([name]) => !sharedFlags.includes(name));
  if (stray !== undefined) throw usageError(`--${dashed(stray[0])} is not for a gRPC call`);
  return planFromGrpc(target, { ...Object.fromEntries(given), ...values } as GrpcFlags, context);
}

/** Whether a target is one of calls: by its scheme, or as `zipfire grpc` takes it too, host and port alone. */
export function isCallTarget(target: string): boolean {
  return /^(grpcs?(\+unix)?|dns|unix):|^(\[[^\]]+\]|[^\s/:]+):\d+$/i.test(target);
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
