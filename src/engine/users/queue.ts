import type { User } from './user.js';

/** Users in the order they came, each in it once at most. */
export class UserQueue {
  readonly #ring: (User | null)[];
  #first = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#ring = new Array<User | null>(capacity).fill(null);
  }

  get length(): number {
    return this.#length;
  }

  push(user: User): void {
    this.#ring[(this.#first + this.#length++) % this.#ring.length] = user;
  }

  /** Only when `length` > 0. */
  shift(): User {
    const user = this.#ring[this.#first] as User;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#length--;
    return user;
  }
}
