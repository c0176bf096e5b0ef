import { ZipfireError } from '../core/index.js';

/** What `read` makes of a text, or null where it throws a usage error: who asked has more to say about it. */
export function attempt<T>(read: (text: string) => T, text: string): T | null {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof ZipfireError && error.code === 'usage') return null;
    throw error;
  }
}
