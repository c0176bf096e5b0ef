import { ZipfireError } from '../core/index.js';

/** What `make` returns; its errors say where they are. @param where goes before the message; nothing when empty */
export function within<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ZipfireError) || where === '') throw error;
    throw new ZipfireError(error.code, `${where}: ${error.message}`, error.hint, error);
  }
}
