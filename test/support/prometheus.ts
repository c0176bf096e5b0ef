import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accepting, findProgram } from './programs.js';

const program = findProgram('prometheus');

/** Why there is no Prometheus to test with; false: there is one. */
export const noPrometheus =
  program === null ? 'no Prometheus on this machine (apt-get install prometheus)' : false;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant. */
  readonly value?: readonly [timeSec: number, value: string];
  /** Of a range. */
  readonly values?: readonly (readonly [timeSec: number, value: string])[];
}

/** A server with a folder of its own, on a port of 127.0.0.1. */
export interface PrometheusServer {
  readonly url: string;
  /** What an expression comes to now. */
  query(expression: string): Promise<Series[]>;
  /** The same once there is something, which the test waits for. */
  awaited(expression: string): Promise<Series[]>;
  /** Ends it at once, as a crash does, or in good order. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/**
 * @param folder for its data, which another one may have begun @param port that is free
 * @param scrapes `host:port` of what it reads `/metrics` of every second
 */
export async function startPrometheus(
  folder: string,
  port: number,
  scrapes: readonly string[] = [],
): Promise<PrometheusServer> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'files', honor_labels: true, static_configs: [{ targets: scrapes }] }],
    }),
  );
  const flags = {
    'config.file': config,
    'storage.tsdb.path': join(folder, 'data'),
    'web.listen-address': `127.0.0.1:${port}`,
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(program ?? '', [...args, '--web.enable-remote-write-receiver', '--log.level=error'], {
    stdio: 'ignore',
  });
  await accepting(port, child);
  const url = `http://127.0.0.1:${port}`;
  const query = async (expression: string): Promise<Series[]> => {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: Series[] };
    };
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return data.result;
  };
  // It listens before it has read what was written.
  while (!(await fetch(`${url}/-/ready`)).ok) await pause(20);
  return {
    url,
    query,
    awaited: async (expression) => {
      for (;;) {
        const found = await query(expression);
        if (found.length > 0) return found;
        await pause(50);
      }
    },
    end: (signal) => endOf(child, signal),
  };
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
