import type { Dirent } from 'node:fs';
import { lstat, open, opendir, realpath } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { UnreadFile } from './artifact.js';
import { isCandidate, recognise } from './recognise.js';

/** Bytes of one file; source and configuration that people write are smaller. */
export const MOST_BYTES = 1 << 20;
const MOST_FILES = 5000;
const TOO_MANY = `more than ${MOST_FILES} files`;
const MOST_ENTRIES = 100_000;
const MOST_DEPTH = 24;
const skipped = new Set([
  'node_modules',
  'vendor',
  'dist',
  'build',
  'target',
  'testdata',
  'coverage',
  '__pycache__',
]);

export interface FoundFile {
  /** As it is told in findings: with `/`. */
  readonly file: string;
  readonly text: string;
  /** Its path below the folder that was named; its name where it was named itself. */
  readonly within: string;
  /** Whether it was named itself, and not found in a folder. */
  readonly named: boolean;
}

export interface Found {
  readonly files: readonly FoundFile[];
  readonly unread: readonly UnreadFile[];
}

/** A file of a folder that may be of interest. */
interface Candidate {
  /** Without links. */
  readonly path: string;
  readonly shown: string;
  readonly within: string;
  readonly isLink: boolean;
}

/**
 * Reads files, and those in folders that may be of interest. Bounded in number, depth and size; a link is followed when it
 * is named itself, or leads to a file of the same folder: that is known by the link then, as what nginx has enabled is.
 * What a bound leaves out is told.
 */
export async function findFiles(paths: readonly string[]): Promise<Found> {
  const walk = new Walk();
  for (const path of paths) await walk.named(path);
  return walk;
}

class Walk implements Found {
  readonly files: FoundFile[] = [];
  readonly unread: UnreadFile[] = [];
  readonly #seen = new Set<string>();
  #entries = 0;
  #full = false;

  async named(path: string): Promise<void> {
    try {
      const real = await realpath(path);
      if ((await lstat(real)).isDirectory()) await this.#root(real, path);
      else await this.#file(real, told(path), null);
    } catch (error) {
      this.#miss(told(path), reasonOf(error));
    }
  }

  async #root(root: string, shown: string): Promise<void> {
    const candidates: Candidate[] = [];
    await this.#folder({ root, candidates }, { path: root, shown, within: '' }, 0);
    const linked = new Set(candidates.filter(({ isLink }) => isLink).map(({ path }) => path));
    for (const { path, isLink, shown: name, within } of candidates) {
      if (!isLink && linked.has(path)) continue;
      if (this.files.length >= MOST_FILES) return this.#fill(name, TOO_MANY);
      await this.#file(path, told(name), within);
    }
  }

  /** @param folder its path, as it is told, and below the one that was named */
  async #folder(
    { root, candidates }: { readonly root: string; readonly candidates: Candidate[] },
    folder: Omit<Candidate, 'isLink'>,
    depth: number,
  ): Promise<void> {
    const { path: own, shown, within } = folder;
    if (depth > MOST_DEPTH) return this.#miss(told(shown), `nested deeper than ${MOST_DEPTH} folders`);
    const entries: Dirent[] = [];
    try {
      for await (const entry of await opendir(own)) {
        if (++this.#entries > MOST_ENTRIES) {
          this.#fill(shown, `more than ${MOST_ENTRIES} entries`);
          break;
        }
        entries.push(entry);
      }
    } catch (error) {
      return this.#miss(told(shown), reasonOf(error));
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (this.#full) return;
      const { name } = entry;
      const next = { path: join(own, name), shown: join(shown, name), within: join(within, name) };
      if (entry.isDirectory()) {
        if (!skipped.has(name) && !/^\.(?!env|config)/.test(name))
          await this.#folder({ root, candidates }, next, depth + 1);
      } else if (isCandidate(told(next.shown))) {
        if (entry.isFile()) candidates.push({ ...next, isLink: false });
        else if (entry.isSymbolicLink()) {
          const path = await this.#target(next.path, next.shown);
          if (path?.startsWith(root + sep)) candidates.push({ ...next, path, isLink: true });
        }
      }
    }
  }

  /** The file that a link leads to; null: none, or a folder, which comes up by itself where it is one of these. */
  async #target(link: string, shown: string): Promise<string | null> {
    try {
      const path = await realpath(link);
      return (await lstat(path)).isFile() ? path : null;
    } catch (error) {
      this.#miss(told(shown), `a link: ${reasonOf(error)}`);
      return null;
    }
  }

  /** @param within null where it was named itself, so that a bound has to be told */
  async #file(path: string, shown: string, within: string | null): Promise<void> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    if (this.files.length >= MOST_FILES) return this.#fill(shown, TOO_MANY);
    try {
      const text = await readBounded(path);
      if (text === null) this.#miss(shown, `larger than ${MOST_BYTES >> 20} MiB`);
      else if (text.includes('\0')) {
        if (within === null || isText(shown)) this.#miss(shown, 'not a text file');
      } else
        this.files.push({
          file: shown,
          text: text.replace(/^\uFEFF/, ''),
          within: (within ?? basename(path)).split(sep).join('/'),
          named: within === null,
        });
    } catch (error) {
      this.#miss(shown, reasonOf(error));
    }
  }

  #fill(shown: string, reason: string): void {
    this.#full = true;
    this.#miss(told(shown), `${reason}: the rest was left out; name the folders that matter`);
  }

  #miss(file: string, reason: string): void {
    this.unread.push({ file, line: 1, reason, kind: null });
  }
}

/** Null when there is more than the bound. A device or a pipe, which has no end, is not read. */
async function readBounded(path: string): Promise<string | null> {
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('not a file');
    if (stats.size > MOST_BYTES) return null;
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return decoded(buffer.subarray(0, length));
      length += bytesRead;
      if (length > MOST_BYTES) return null;
    }
  } finally {
    await handle.close();
  }
}

/** UTF-8, or what the first bytes say: PowerShell writes UTF-16 where output goes into a file. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8');
}

/** Whether a name is one of a text; a film may be called `.ts`. */
function isText(shown: string): boolean {
  const kind = recognise(shown, '');
  return kind !== null && kind !== 'javascript';
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return error instanceof Error ? error.message : String(error);
}

function told(path: string): string {
  const short = relative('.', path);
  const own = short === '' || short.startsWith('..') ? path : short;
  return own.split(sep).join('/');
}
