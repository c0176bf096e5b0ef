import type { GrpcPlan, Plan } from '../core/index.js';
import { type Caller, createCaller } from '../drivers/grpc/caller.js';
import { resolveAddress } from '../drivers/resolve.js';
import { compileCalls, type ReflectionCall } from '../grpc/index.js';

/** Of a reflection call, which no figure holds. */
const REFLECTION_TIMEOUT_MS = 10_000;

/**
 * A plan of gRPC calls, ready for the workers. Loaded when it is called for: it brings the library of schemas.
 * @throws ZipfireError `usage` for what does not fit the schema, `unreachable` when the server was to be asked
 */
export async function compilePlan(plan: Plan, grpc: GrpcPlan): Promise<Plan> {
  const { target, load } = plan;
  let caller: Caller | null = null;
  const reflect: ReflectionCall = async (path, request) => {
    caller ??= createCaller(target, await resolveAddress(target, load.connectTimeoutMs), {
      timeoutMs: REFLECTION_TIMEOUT_MS,
      connectTimeoutMs: load.connectTimeoutMs,
    });
    return caller.call(path, request, grpc.schema.reflectMetadata);
  };
  try {
    return await compileCalls(plan, reflect);
  } finally {
    await closed(caller);
  }
}

/** A parameter, as the compiler takes the variable for null: it does not see the assignment in the function. */
async function closed(caller: Caller | null): Promise<void> {
  await caller?.close();
}
