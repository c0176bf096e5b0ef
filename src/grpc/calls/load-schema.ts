import type { GrpcCall, SchemaSource } from '../../core/index.js';
import { type ReflectionCall, reflectSchema } from '../reflection/reflect.js';
import { loadProtoFiles, loadProtosets } from '../schema/load.js';
import type { Schema } from '../schema/schema.js';

/**
 * The schema of a plan's calls, from where the plan says it is.
 * @param calls as given: a server is asked for the service they have in common
 * @param reflect asks the server, where there are neither files nor protosets
 * @throws ZipfireError `usage`, `unreachable` when the server does not answer; and whatever `reflect` throws
 */
export async function loadSchema(
  { protoFiles, importPaths, protosets }: SchemaSource,
  calls: readonly Pick<GrpcCall, 'method' | 'methodAt'>[],
  reflect: ReflectionCall,
): Promise<Schema> {
  if (protoFiles.length > 0) return loadProtoFiles(protoFiles, importPaths);
  if (protosets.length > 0) return loadProtosets(protosets);
  const [service = null, ...others] = new Set(calls.map(({ method }) => serviceOf(method)));
  return reflectSchema(reflect, others.length === 0 ? service : null, calls[0]?.methodAt);
}

/** `kv.v1.KV` of `kv.v1.KV/Get`; null when it is no method, which is said where it is looked up. */
function serviceOf(method: string): string | null {
  return /^\/?([\w.]+)[./]\w+$/.exec(method)?.[1] ?? null;
}
