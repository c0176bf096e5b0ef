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
  const callers: Caller[] = [];
  const connect = async (): Promise<Caller> => {
    const address = await resolveAddress(target, load.connectTimeoutMs);
    const { connectTimeoutMs } = load;
    const caller = createCaller(target, address, { timeoutMs: REFLECTION_TIMEOUT_MS, connectTimeoutMs });
    callers.push(caller);
    return caller;
  };
  // One at a time: the first call makes the caller, if there is any to make.
  const reflect: ReflectionCall = async (path, request) =>
    (callers[0] ?? (await connect())).call(path, request, grpc.schema.reflectMetadata);
  try {
    return await compileCalls(plan, reflect);
  } finally {
    await callers[0]?.close();
  }
}
