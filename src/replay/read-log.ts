import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import {
  escapeText,
  type Replay,
  type ReplayLog,
  type ReplayShape,
  usageError,
  ZipfireError,
} from '../core/index.js';
import { LineReader } from '../log/index.js';
import { byteString } from '../request/index.js';
import { formatOf, type RequestFormat } from './formats.js';
import { encodeHit, HitsWriter } from './hits-file.js';
import { Omissions } from './omissions.js';
import { isMethod, type LoggedRequest, safeHeaders, safeTarget } from './request.js';
import { TimeSorter } from './sort.js';
import { readTime } from './time.js';

const MAX_LINE_BYTES = 2 ** 20;
const SAMPLE_LINES = 100;
const SAMPLE_BYTES = 1 << 20;
/** Different methods and sets of headers: each is prepared by every worker. */
const MAX_SHAPES = 1000;

/**
 * Reads a log to its end, and writes its requests in the order of their times into a file in `folder`. Memory does
 * not grow with the log, files do: about as large as the part of the log that is sent, twice that where it is large.
 *
 * @param chunks bytes of the log; one is good until the next is asked for
 * @throws ZipfireError `usage` where it has no request to send, or its format is not known
 */
export async function readReplayLog(
  replay: Replay,
  chunks: AsyncIterable<Buffer>,
  folder: string,
): Promise<ReplayLog> {
  const path = join(folder, 'hits');
  const runs = openSync(join(folder, 'runs'), 'w+', 0o600);
  const hits = openSync(path, 'w', 0o600);
  try {
    const log = new LogOfRequests(replay, new TimeSorter(runs));
    for await (const chunk of chunks) log.push(chunk);
    return log.end(path, new HitsWriter(hits));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error instanceof ZipfireError) throw error;
    throw usageError(
      `cannot write the requests of ${escapeText(replay.file)}: ${escapeText(error.message)}`,
      'they take about as much room as the log, in the folder that TMPDIR names',
    );
  } finally {
    closeSync(runs);
    closeSync(hits);
  }
}

class LogOfRequests {
  readonly #replay: Replay;
  readonly #sorter: TimeSorter;
  readonly #reader = new LineReader(MAX_LINE_BYTES, (bytes, start, end) =>
    this.#line(bytes.toString('utf8', start, end), this.#reader.lines),
  );
  readonly #omissions = new Omissions();
  readonly #shapes = new Map<string, { readonly index: number; readonly shape: ReplayShape; hits: number }>();
  #format: RequestFormat | null = null;
  #headersLeft = 0;
  /** The first lines with their numbers, until the format is known. */
  #sample: [text: string, line: number][] = [];
  #sampleBytes = 0;
  #isWhole = true;

  constructor(replay: Replay, sorter: TimeSorter) {
    this.#replay = replay;
    this.#sorter = sorter;
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  end(path: string, hits: HitsWriter): ReplayLog {
    const reader = this.#reader;
    const { file, speed } = this.#replay;
    reader.end();
    if (this.#format === null) this.#begin();
    if (reader.tooLong > 0) this.#omissions.add('longer than 1 MiB', 0, reader.tooLong);
    for (const { timeMs, record } of this.#sorter.sorted()) hits.add(timeMs, record);
    hits.end();
    const leftOut = this.#omissions.list;
    const about = this.#format?.about ?? '';
    if (hits.hits === 0) throw noRequests(file, reader.lines, about, leftOut[0]?.reason);
    const resolutionMs = speed !== null && this.#isWhole ? 1000 : 0;
    return {
      path,
      about,
      lines: reader.lines,
      hits: hits.hits,
      spanMs: speed === null ? 0 : spanOf(hits, resolutionMs),
      resolutionMs,
      shapes: [...this.#shapes.values()].map(({ shape, hits }) => ({ ...shape, hits })),
      leftOut,
    };
  }

  #line(text: string, line: number): void {
    if (this.#format !== null) {
      this.#request(this.#format, text, line);
      return;
    }
    this.#sample.push([text, line]);
    this.#sampleBytes += text.length;
    if (this.#sample.length === SAMPLE_LINES || this.#sampleBytes > SAMPLE_BYTES) this.#begin();
  }

  #begin(): void {
    const sample = this.#sample;
    const name = escapeText(this.#replay.file);
    if (sample.length === 0) throw usageError(`${name} has no line to read`);
    if (sample.some(([text]) => text.includes('\0'))) {
      throw usageError(`${name} is no log: it holds NUL bytes`, 'decompress it first; gzip is read as it is');
    }
    this.#sample = [];
    const format = formatOf(
      sample.map(([text]) => text),
      this.#replay,
    );
    this.#format = format;
    this.#headersLeft = format.headers;
    for (const [text, line] of sample) this.#request(format, text, line);
  }

  #request(format: RequestFormat, text: string, line: number): void {
    if (this.#headersLeft > 0) {
      this.#headersLeft--;
      return;
    }
    const request = format.read(text);
    const reason = request === null ? 'no request' : this.#add(request);
    if (reason !== null) this.#omissions.add(reason, line);
  }

  /** @returns why it is not sent; null: it is */
  #add(request: LoggedRequest): string | null {
    const { methods, speed } = this.#replay;
    const method = request.method.toUpperCase();
    if (!isMethod(method)) return 'no request';
    const operation = methods.indexOf(method);
    if (operation === -1) return `method ${method}`;
    const time = speed === null ? null : readTime(request.time ?? '');
    if (speed !== null && time === null) return 'no time';
    const target = safeTarget(request.target);
    if (target === null) return 'no path';
    const headers = safeHeaders(request.headers);
    if (headers === null) return 'headers that cannot be sent';
    const { body } = request;
    const shape = this.#shape(
      operation,
      headers.map(([name]) => name),
      body !== null,
    );
    if (shape === null) return `more than ${MAX_SHAPES} different sets of headers`;
    if (time !== null && !time.isWhole) this.#isWhole = false;
    const values = [
      target,
      ...headers.map(([, value]) => value),
      ...(body === null ? [] : [byteString(body)]),
    ];
    this.#sorter.add(time?.ms ?? 0, encodeHit(shape, values));
    return null;
  }

  #shape(operation: number, headers: readonly string[], hasBody: boolean): number | null {
    const id = `${operation} ${hasBody} ${headers.join(' ')}`;
    const known = this.#shapes.get(id);
    if (known !== undefined) {
      known.hits++;
      return known.index;
    }
    const index = this.#shapes.size;
    if (index === MAX_SHAPES) return null;
    this.#shapes.set(id, { index, shape: { operation, headers, hasBody, hits: 0 }, hits: 1 });
    return index;
  }
}

/** From the first hit to where another lap would begin: a mean gap behind the last, or when its second is over. */
function spanOf({ hits, lengthMs }: HitsWriter, resolutionMs: number): number {
  return lengthMs + (resolutionMs > 0 ? resolutionMs : Math.max(1, lengthMs / Math.max(1, hits - 1)));
}

function noRequests(file: string, lines: number, about: string, reason: string | undefined): ZipfireError {
  const hint = reason?.startsWith('method ')
    ? `--replay-methods ${escapeText(reason.slice('method '.length))} sends them too`
    : 'say where the parts of a request stand: --replay-fields path=uri,time=ts';
  const most = reason === undefined ? '' : `; most: ${escapeText(reason)}`;
  return usageError(
    `${escapeText(file)}: none of the ${lines} lines has a request to send, read as ${about}${most}`,
    hint,
  );
}
