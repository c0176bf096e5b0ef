import { types } from 'node:util';
import { createContext, Script } from 'node:vm';

/**
 * Runs `work` and ends it when it takes too long, even within a single regex: V8 stops what runs inside of a
 * script with a timeout, wherever it is. Nothing of what it was doing may be used afterwards.
 *
 * @returns whether it ended by itself; what it throws is thrown
 */
export function endsWithin(timeoutMs: number, work: () => void): boolean {
  try {
    callWork.runInContext(createContext({ work }), { timeout: timeoutMs });
    return true;
  } catch (error) {
    // Of the context's own Error, which is not ours.
    const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}

const callWork = new Script('work()');
