/** Runs a client to its end, on its core, and says what it cost. */
import { spawn } from 'node:child_process';

/** A client that has not ended after this long is broken; every row is a few seconds. */
const deadlineSec = 120;

/**
 * Runs `argv` and resolves with its output and the CPU time of the whole process, start-up included.
 *
 * The time is what the kernel charged the process when it ended (`time` of bash reads it with wait4): reading
 * /proc just before the end would miss what came after. User time alone would flatter a client that makes more
 * system calls, so it is both.
 *
 * @param {readonly string[]} argv program and arguments
 * @param {{core?: number|null, openFiles?: number, started?: (pid: number) => void}} [options]
 *   core to run on; limit of open files; called with the process id of the client's wrapper
 * @returns {Promise<{stdout: string, stderr: string, code: number, cpuSec: number, userSec: number, wallSec: number}>}
 */
export function runClient(argv, { core = null, openFiles, started } = {}) {
  const pinned = core === null ? argv : ['taskset', '-c', String(core), ...argv];
  const bounded = ['timeout', '--foreground', '-s', 'KILL', String(deadlineSec), ...pinned];
  const limit = openFiles ? `ulimit -n ${openFiles} && ` : '';
  const script = `TIMEFORMAT='%3R %3U %3S'; ${limit}{ time "$@" 2>&3; } 3>&2 2>&4`;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, 'bench', ...bounded], {
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
    });
    const texts = { stdout: '', stderr: '', times: '' };
    const collect = (name, stream) => {
      stream.setEncoding('utf8').on('data', (text) => {
        texts[name] += text;
      });
    };
    collect('stdout', child.stdout);
    collect('stderr', child.stderr);
    collect('times', child.stdio[4]);
    child.once('error', reject);
    child.once('spawn', () => started?.(child.pid));
    child.once('close', (code) => {
      const times = texts.times.trim().split(/\s+/).map(Number);
      if (times.length !== 3 || times.some(Number.isNaN)) {
        reject(new Error(`${argv[0]} could not be measured: ${texts.stderr.trim().slice(0, 500)}`));
        return;
      }
      if (code === 137) {
        reject(new Error(`${argv[0]} did not end within ${deadlineSec} s and was killed`));
        return;
      }
      const [wallSec, userSec, sysSec] = times;
      resolve({
        stdout: texts.stdout,
        stderr: texts.stderr,
        code,
        wallSec,
        userSec,
        cpuSec: userSec + sysSec,
      });
    });
  });
}
