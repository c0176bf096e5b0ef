import {
  type MissingSignal,
  type SecondsListener,
  type Slices,
  signalNames,
  type TargetSignals,
} from '../core/index.js';
import { alignSeconds, spansOf } from './align.js';
import { Answers } from './answers.js';
import { strangers, unseenPauses } from './doubts.js';
import { samplePage } from './page-sampler.js';
import { samplePerf } from './perf-sampler.js';
import { type SeenProcess, sampleProcess } from './process-sampler.js';
import type { Sampler } from './sampler.js';
import { alignSlices, pausesOf } from './slices.js';
import { type SystemFiles, systemFiles } from './system-files.js';
import { sampleNoNetwork, sampleTcp } from './tcp-sampler.js';
import { Tracks } from './tracks.js';

/** What is looked at. */
export interface Watched {
  /** Processes of this machine, with all their descendants; none: that is not looked at. */
  readonly pids: readonly number[];
  /** A metrics page; `shown` is its URL without secrets. */
  readonly page: { readonly url: string; readonly shown: string } | null;
  /** The target's TCP port; null: it is reached by a Unix socket. */
  readonly port: number | null;
  readonly hostCpus: number;
}

/** What was seen along a timeline. */
export interface Seen {
  readonly signals: TargetSignals;
  /** The same within its seconds. */
  readonly slices: Slices;
}

const FIRST_MS = 100;
const LAST_MS = 500;
const SETTLED_MS = 5000;
/** Looks are spaced out until they take less than this share of a core. */
const MOST_SHARE = 0.02;

/** Looks at a target while a run goes on, on the thread that calls it. */
export class TargetWatch {
  readonly #watched: Watched;
  readonly #files: SystemFiles;
  readonly #tracks = new Tracks();
  readonly #answers = new Answers();
  readonly #samplers: readonly Sampler[];
  readonly #process: SeenProcess | null;
  readonly #windows: { startMs: number; repeat: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #everyMs = FIRST_MS;
  #startedMs = 0;
  #stoppedMs = 0;
  #secondMs = 0;
  #busyMs = 0;
  #looks = 0;

  constructor(watched: Watched, files: SystemFiles = systemFiles) {
    const { pids, page, port, hostCpus } = watched;
    this.#watched = watched;
    this.#files = files;
    const seen = pids.length === 0 ? null : sampleProcess(pids, this.#tracks, hostCpus, files);
    this.#process = seen;
    this.#samplers = [
      ...(seen === null ? [] : [seen]),
      ...(page === null ? [] : [samplePage(page.url, page.shown, seen === null, this.#tracks)]),
      ...(seen === null ? [] : [samplePerf(() => seen.pids(), this.#tracks)]),
      port === null ? sampleNoNetwork(this.#tracks) : sampleTcp(port, this.#tracks, files),
    ];
  }

  async start(): Promise<void> {
    await Promise.all(this.#samplers.map((sampler) => sampler.start?.()));
    this.#startedMs = performance.now();
    this.#secondMs = this.#startedMs;
    this.#look();
  }

  /** Hears of the generator what it did within each second. */
  get seconds(): SecondsListener {
    return this.#answers;
  }

  /** The measured window of a repeat begins about now. @param repeat from 1 */
  windowBegins(repeat: number): void {
    if (this.#windows.some((window) => window.repeat === repeat)) return;
    const startMs = performance.now();
    this.#windows.push({ startMs, repeat });
    // Seconds are those of the timeline from here on.
    this.#secondMs = startMs;
    if (this.#timer !== null) this.#look();
  }

  async stop(): Promise<void> {
    if (this.#timer === null) return;
    this.#look();
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#stoppedMs = performance.now();
    await Promise.all(this.#samplers.map((sampler) => sampler.stop?.()));
  }

  /**
   * @param times of the timeline's points, in its order
   * @param durationsSec lengths of the repeats' windows
   */
  seen(times: readonly number[], durationsSec: readonly number[]): Seen {
    const windows = this.#windows.map(({ startMs, repeat }) => ({
      startMs: this.#answers.startMs(repeat) ?? startMs,
      repeat,
      offsetSec: durationsSec.slice(0, repeat - 1).reduce((sum, sec) => sum + sec, 0),
    }));
    const watchedMs = this.#stoppedMs - this.#startedMs;
    const spans = spansOf(windows, times);
    const aligned = alignSlices(this.#tracks, this.#answers, spans);
    const processes = this.#process?.processes() ?? 0;
    const doubt = this.#process === null ? null : strangers(aligned, processes);
    // Whoever does not serve is quiet all the time.
    const slices = doubt === null ? aligned : { ...aligned, quietMs: aligned.quietMs.map(() => null) };
    const seconds = alignSeconds(this.#tracks, times, spans, slices);
    const signals: TargetSignals = {
      pid: this.#watched.pids[0] ?? null,
      processes,
      page: this.#watched.page?.shown ?? null,
      runtime: this.#process?.runtime() ?? null,
      cpuLimit: this.#process?.cpuLimit() ?? null,
      missing: [...(doubt === null ? [] : [doubt]), ...this.#missing()],
      cost: {
        busyMs: Math.round(this.#busyMs),
        share: watchedMs > 0 ? Number((this.#busyMs / watchedMs).toPrecision(2)) : 0,
        looks: this.#looks,
        everyMs: this.#everyMs,
      },
      // Before the first sample and after a process ended there is nothing to tell.
      seconds: seconds.filter((second) => signalNames.some((name) => second[name] !== null)),
    };
    return { signals, slices };
  }

  #missing(): readonly MissingSignal[] {
    const missing = this.#samplers.flatMap((sampler) => sampler.missing());
    const paused = pausesOf(this.#tracks).atMs.length > 0;
    if (paused) return missing.filter(({ signal }) => signal !== 'gcMs');
    const unseen = this.#watched.page === null ? unseenPauses(this.#process?.runtime() ?? null) : null;
    return unseen === null ? missing : [...missing, unseen];
  }

  /** CPU time of this thread, ms: what a look costs, whatever else the machine is busy with. */
  #spentMs(): number {
    const text = this.#files.read('/proc/thread-self/schedstat');
    const ns = Number(text?.split(' ', 1)[0]);
    return text === null || !Number.isFinite(ns) ? performance.now() : ns / 1e6;
  }

  #look(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const beganMs = performance.now();
    const spentBefore = this.#spentMs();
    const whole = beganMs >= this.#secondMs;
    for (const sampler of this.#samplers) {
      if (whole) sampler.everySecond?.(beganMs);
      else sampler.often?.(beganMs);
    }
    if (whole) {
      for (const sampler of this.#samplers) sampler.often?.(beganMs);
      while (this.#secondMs <= beganMs) this.#secondMs += 1000;
    }
    const endedMs = performance.now();
    this.#busyMs += this.#spentMs() - spentBefore;
    this.#looks++;
    // The first looks are those of code that is not compiled yet.
    const share = this.#busyMs / Math.max(SETTLED_MS, endedMs - this.#startedMs);
    if (share > MOST_SHARE) this.#everyMs = Math.min(LAST_MS, Math.round(this.#everyMs * 1.5));
    else if (share < MOST_SHARE / 2) this.#everyMs = Math.max(FIRST_MS, Math.round(this.#everyMs / 1.5));
    const nextMs = Math.max(10, Math.min(this.#everyMs, this.#secondMs - endedMs));
    this.#timer = setTimeout(() => this.#look(), nextMs);
  }
}
