import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode, escapeText, type Plan, type Replay } from '../../core/index.js';
import { planOfLog, readReplayLog } from '../../replay/index.js';
import { logChunks } from '../log-chunks.js';

/** A plan whose log was read, and what takes away the files that it was read into. */
export interface PreparedReplay {
  readonly plan: Plan;
  readonly dispose: () => void;
}

/**
 * Reads the log of a plan. Ctrl-C ends the process meanwhile: nothing was measured that could be kept.
 * @throws ZipfireError `usage` where it cannot be read, or holds no request to send
 */
export async function prepareReplay(plan: Plan, replay: Replay, quiet: boolean): Promise<PreparedReplay> {
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-replay-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  // However the process ends, but for a kill.
  process.on('exit', dispose);
  const leave = () => process.exit(ExitCode.interrupted);
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  try {
    if (!quiet && process.stderr.isTTY) process.stderr.write(`reading ${escapeText(replay.file)}\n`);
    const log = await readReplayLog(replay, logChunks(replay.file), folder);
    return {
      plan: planOfLog(plan, replay, log),
      dispose: () => {
        process.off('exit', dispose);
        dispose();
      },
    };
  } catch (error) {
    process.off('exit', dispose);
    dispose();
    throw error;
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  }
}
