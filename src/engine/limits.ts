import { type Driver, type Load, nowNs, type Operation, type Prepared, type Values } from '../core/index.js';
import { createLevels, type Levels } from '../pace/index.js';
import type { Loop } from './loop.js';
import { connectionShare, levelShare } from './share.js';

/** Longest time that a timer of Node can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Which worker of how many. */
interface Place {
  readonly worker: number;
  readonly workers: number;
}

/**
 * What one worker may use, where that changes over time: how many of its connections, how many requests in flight.
 * The loop knows nothing of it: it sees a driver that has fewer slots free.
 */
export class Limits {
  /** What the loop sends on. */
  readonly driver: Driver;
  readonly #followers: readonly Follower[];

  constructor(load: Load, driver: Driver, loop: Loop, place: Place) {
    const followers: Follower[] = [];
    const onRise = () => loop.slotFree();
    this.driver = driver;
    if (load.connectionStages !== undefined) {
      const rooms = connectionRooms(load, place);
      const share = (level: number) => levelShare(level, place.worker, rooms);
      const apply = (level: number) => driver.limit?.(share(level));
      followers.push(new Follower(createLevels(load.connectionStages), apply, onRise));
    }
    if (load.concurrencyStages !== undefined) {
      const limited = new InFlightLimit(driver, loop);
      const rooms = slotRooms(load, driver, place);
      const apply = (level: number) => {
        limited.most = levelShare(level, place.worker, rooms);
      };
      followers.push(new Follower(createLevels(load.concurrencyStages), apply, onRise));
      this.driver = limited;
    }
    this.#followers = followers;
  }

  /** Begins the stages at `startNs`; before that instant holds what they begin with. */
  follow(startNs: number): void {
    for (const follower of this.#followers) follower.follow(startNs);
  }

  stop(): void {
    for (const follower of this.#followers) follower.stop();
  }
}

/** The limits of a load, or null: nothing changes. */
export function limitsOf(load: Load, driver: Driver, loop: Loop, place: Place): Limits | null {
  const changes = load.connectionStages !== undefined || load.concurrencyStages !== undefined;
  return changes ? new Limits(load, driver, loop, place) : null;
}

/** How many of its connections a worker opens at first; undefined: all. */
export function firstConnections(load: Load, place: Place): number | undefined {
  if (load.connectionStages === undefined) return undefined;
  return levelShare(createLevels(load.connectionStages).at(0), place.worker, connectionRooms(load, place));
}

function connectionRooms({ connections }: Load, { workers }: Place): number[] {
  return Array.from({ length: workers }, (_, worker) => connectionShare(connections, worker, workers));
}

function slotRooms(load: Load, driver: Driver, place: Place): number[] {
  const connections = connectionRooms(load, place);
  if (load.concurrency !== null) return connectionRooms({ ...load, connections: load.concurrency }, place);
  const onEach = driver.slots / (connections[place.worker] ?? 1);
  return connections.map((count) => count * onEach);
}

/** Applies the level of each moment, and says when it rose. */
class Follower {
  readonly #levels: Levels;
  readonly #apply: (level: number) => void;
  readonly #onRise: () => void;
  #startNs = 0;
  #level = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(levels: Levels, apply: (level: number) => void, onRise: () => void) {
    this.#levels = levels;
    this.#apply = apply;
    this.#onRise = onRise;
  }

  follow(startNs: number): void {
    this.#startNs = startNs;
    this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    const sinceNs = nowNs() - this.#startNs;
    const level = this.#levels.at(sinceNs);
    const before = this.#level;
    this.#level = level;
    if (level !== before) this.#apply(level);
    const waitMs = (this.#levels.nextNs(sinceNs) - sinceNs) / 1e6;
    if (Number.isFinite(waitMs)) {
      this.#timer = setTimeout(this.#look, Math.min(Math.max(1, Math.ceil(waitMs)), MAX_TIMER_MS));
    }
    if (level > before) this.#onRise();
  };
}

/** A driver with at most so many requests in flight. */
class InFlightLimit implements Driver {
  most = 0;
  readonly #driver: Driver;
  readonly #loop: Loop;

  constructor(driver: Driver, loop: Loop) {
    this.#driver = driver;
    this.#loop = loop;
  }

  get free(): number {
    // More than may be are in flight for a while after the limit fell.
    return Math.max(0, Math.min(this.#driver.free, this.most - this.#loop.inFlight));
  }

  get slots(): number {
    return this.#driver.slots;
  }

  get counters(): Driver['counters'] {
    return this.#driver.counters;
  }

  send(request: Prepared, values: Values, ticket: number, now: number): number {
    return this.#driver.send(request, values, ticket, now);
  }

  open(): Promise<void> {
    return this.#driver.open();
  }

  prepare(operation: Operation): Prepared {
    return this.#driver.prepare(operation);
  }

  close(graceMs: number): Promise<void> {
    return this.#driver.close(graceMs);
  }
}
