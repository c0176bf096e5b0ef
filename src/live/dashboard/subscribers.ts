import type { ServerResponse } from 'node:http';

const MOST_SUBSCRIBERS = 16;
/** What may wait for one of them: a long run's beginning, and then some. */
const MOST_WAITING_BYTES = 4 << 20;

/** Who hears the events of a run. None of them is waited for. */
export class Subscribers {
  readonly #responses = new Set<ServerResponse>();

  get count(): number {
    return this.#responses.size;
  }

  /** @param first what it hears before all else @returns whether there was room for it */
  add(response: ServerResponse, first: string): boolean {
    if (this.#responses.size >= MOST_SUBSCRIBERS) return false;
    this.#responses.add(response);
    response.on('close', () => this.#responses.delete(response));
    response.on('error', () => this.#responses.delete(response));
    response.write(first);
    return true;
  }

  /** Says something to all; who does not read is dropped. */
  send(text: string): void {
    for (const response of this.#responses) {
      if (response.writableLength > MOST_WAITING_BYTES) this.#drop(response);
      else response.write(text);
    }
  }

  /** Says the last thing, and resolves when all have it, or when they took too long. */
  async end(text: string, withinMs: number): Promise<void> {
    const ends = [...this.#responses].map(
      (response) =>
        new Promise<void>((resolve) => {
          response.on('close', resolve);
          response.end(text);
        }),
    );
    let late: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(ends),
      new Promise<void>((resolve) => {
        late = setTimeout(resolve, withinMs);
      }),
    ]);
    clearTimeout(late);
    for (const response of this.#responses) this.#drop(response);
  }

  #drop(response: ServerResponse): void {
    this.#responses.delete(response);
    response.destroy();
  }
}

/** A server-sent event. @param data JSON, and so without a line break */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
