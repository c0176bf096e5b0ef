import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './programs.js';

const VERSION = '2.2.2';
const SHA256 = '22d1d4316c4ec13a68b559e98c8256d69071593731da96136640f864fa14fad8';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
/** Cold, with Maven's own plugins to fetch. */
const FETCH_MS = 90_000;

const folder = fileURLToPath(new URL('../../../build/java/', import.meta.url));
const jar = join(folder, `HdrHistogram-${VERSION}.jar`);

/** Runs one of the tools with arguments, and gives what it printed. Rejects where it failed. */
export type HdrTool = (args: readonly string[], input?: string) => Promise<string>;

/** HistogramLogProcessor of the HdrHistogram project, in Java, or why there is none. */
export type HdrTools = { readonly skip: false; readonly logProcessor: HdrTool } | { readonly skip: string };

/** Fetches the project's jar from Maven Central, once for each build folder. */
export async function findHdrTools(): Promise<HdrTools> {
  const java = findProgram('java');
  if (java === null) return { skip: 'java is not installed' };
  if (!existsSync(jar)) {
    const maven = findProgram('mvn');
    if (maven === null) return { skip: 'mvn is not installed, which fetches HdrHistogram' };
    // In a folder of its own: what is half there is never taken for whole.
    const fetched = join(folder, `fetched-${process.pid}`);
    mkdirSync(fetched, { recursive: true });
    const args = [
      COPY,
      `-Dartifact=org.hdrhistogram:HdrHistogram:${VERSION}`,
      `-DoutputDirectory=${fetched}`,
    ];
    const { code, output } = await run(maven, ['-B', '-q', ...args], '', FETCH_MS);
    if (code !== 0) return { skip: `mvn cannot fetch HdrHistogram: ${output.split('\n')[0]}` };
    renameSync(join(fetched, `HdrHistogram-${VERSION}.jar`), jar);
  }
  const digest = createHash('sha256').update(readFileSync(jar)).digest('hex');
  if (digest !== SHA256) throw new Error(`${jar} is not what was released: its SHA-256 is ${digest}`);
  const logProcessor: HdrTool = async (args, input = '') => {
    const all = ['-cp', jar, 'org.HdrHistogram.HistogramLogProcessor', ...args];
    const { code, output, errors } = await run(java, all, input);
    if (code !== 0 || errors !== '') throw new Error(`HistogramLogProcessor ended with ${code}: ${errors}`);
    return output;
  };
  return { skip: false, logProcessor };
}

async function run(program: string, args: readonly string[], input: string, timeout = 0) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout });
  // It may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, output, errors };
}
