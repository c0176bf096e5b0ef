import { ExitCode, escapeText, type GrpcPlan, type Plan } from '../../core/index.js';
import { type Caller, createCaller } from '../../drivers/grpc/caller.js';
import { resolveAddress } from '../../drivers/resolve.js';
import { compileCalls, type ReflectionCall } from '../../grpc/index.js';
import { redactPlanError } from '../../profile/index.js';

/** Of a reflection call at most, however long a call of the load may take. */
const REFLECTION_TIMEOUT_MS = 10_000;
/** A server that answers within this needs no word on what is being waited for. */
const SAY_AFTER_MS = 1000;

/**
 * A plan of gRPC calls, ready for the workers. Loaded when it is called for: it brings the library of schemas.
 * Ctrl-C ends the process meanwhile: nothing was measured that could be kept.
 *
 * @throws ZipfireError `usage` for what does not fit the schema, `unreachable` when the server was to be asked and
 *   does not answer within the time-outs of the plan
 */
export async function compilePlan(plan: Plan, grpc: GrpcPlan, quiet = false): Promise<Plan> {
  const { target, load } = plan;
  const callers: Caller[] = [];
  const connect = async (): Promise<Caller> => {
    const { connectTimeoutMs } = load;
    const address = await resolveAddress(target, connectTimeoutMs);
    const timeoutMs = Math.min(load.timeoutMs, REFLECTION_TIMEOUT_MS);
    const caller = createCaller(target, address, { timeoutMs, connectTimeoutMs });
    callers.push(caller);
    return caller;
  };
  // One at a time: the first call makes the caller, if there is any to make.
  const reflect: ReflectionCall = async (path, request) =>
    (callers[0] ?? (await connect())).call(path, request, grpc.schema.reflectMetadata);
  const waitEnds = beginWait(target.url, quiet);
  try {
    return await compileCalls(plan, reflect);
  } catch (error) {
    // A server may say again what it was sent.
    throw redactPlanError(plan, error, {});
  } finally {
    waitEnds();
    await callers[0]?.close();
  }
}

/** Says what is waited for, if it takes long, and lets Ctrl-C end it. @returns what ends the wait */
function beginWait(url: string, quiet: boolean): () => void {
  const leave = () => {
    process.stderr.write('zipfire: interrupted before a call was sent\n');
    process.exit(ExitCode.interrupted);
  };
  const say = () => process.stderr.write(`asking ${escapeText(url)} for its schema (server reflection)\n`);
  const timer = quiet ? undefined : setTimeout(say, SAY_AFTER_MS);
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  return () => {
    clearTimeout(timer);
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  };
}
