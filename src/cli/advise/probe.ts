import { defaultProbeLimits, type Gathered, type ProbeRequest, probeTarget } from '../../advisor/index.js';
import { ExitCode, escapeText, type Plan } from '../../core/index.js';
import { redactUrl } from '../../profile/index.js';
import { toolVersion } from '../tool.js';
import type { ProbeFlags } from './probe-flags.js';

/**
 * Probes the target of a plan in front of somebody. Ctrl-C closes its connections: where nothing is to follow, what was
 * answered until then counts; else it ends the process.
 */
export async function probeShown(
  plan: Plan,
  flags: ProbeFlags,
  quiet: boolean,
  alone: boolean,
): Promise<{ readonly gathered: Gathered; readonly interrupted: boolean }> {
  const controller = new AbortController();
  const leave = () => controller.abort();
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  const { target, load } = plan;
  if (!quiet) process.stderr.write(`probing ${escapeText(redactUrl(target.url))}\n`);
  const exit = () => {
    process.stderr.write('zipfire: interrupted while probing\n');
    process.exit(ExitCode.interrupted);
  };
  try {
    const gathered = await probeTarget({
      ...defaultProbeLimits,
      ...flags,
      target: { ...target, path: pathOf(plan) },
      request: requestOf(plan),
      http2: load.driver === 'grpc' || load.http === '2',
      grpc: load.driver === 'grpc',
      signal: controller.signal,
      onProgress: (text) => {
        if (!quiet) process.stderr.write(`  ${text}\n`);
      },
    });
    const interrupted = controller.signal.aborted;
    if (interrupted && !alone) exit();
    return { gathered, interrupted };
  } catch (error) {
    if (controller.signal.aborted) exit();
    throw error;
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  }
}

/** That of the first operation, where it is always the same. */
function pathOf({ operations, target }: Plan): string {
  const path = operations[0]?.path;
  return path === undefined || isTemplate(path) || !path.startsWith('/')
    ? target.path
    : path.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}

/** What the load sends anyway, as far as it does not vary; a body only where the load posts it. */
function requestOf({ operations }: Plan): ProbeRequest {
  const [first] = operations;
  const own = (first?.headers ?? []).filter(
    ([name, value]) => !isTemplate(value) && !FORBIDDEN.has(name.toLowerCase()),
  );
  const agent = own.some(([name]) => name.toLowerCase() === 'user-agent');
  const { body } = first ?? {};
  const posts = first?.method === 'POST' && body?.kind === 'text' && !isTemplate(body.template);
  return {
    headers: [...(agent ? [] : [['user-agent', `zipfire/${toolVersion()}`] as const]), ...own],
    body: posts ? body.template : null,
  };
}

/** What belongs to the connection, which is what is asked about. */
const FORBIDDEN = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'te',
  'upgrade',
]);

function isTemplate(text: string): boolean {
  return text.includes('{{');
}
