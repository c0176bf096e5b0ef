import type { IncomingHttpHeaders } from 'node:http';

/** The resource a conditional request is about. */
export interface Representation {
  /** What a GET shows as its entity tag; null when a GET would be 404. */
  readonly etag: string | null;
  /** False for a value that is only generated: `*` means a value that somebody wrote. */
  readonly isWritten: boolean;
}

export type Precondition = 'proceed' | 'not-modified' | 'failed';

/**
 * If-Match and If-None-Match, in the order and by the comparisons of RFC 9110 sections 13.1 and 13.2.2.
 * A generated value has a tag, so that read, then write with If-Match works on every key; but
 * `If-None-Match: *` on a write asks for a key nobody wrote, and there it does not stand in the way.
 */
export function evaluatePreconditions(
  headers: IncomingHttpHeaders,
  current: Representation,
  isRead: boolean,
): Precondition {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !matchesStrongly(ifMatch, current)) return 'failed';

  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch === undefined) return 'proceed';
  const exists = isRead ? current.etag !== null : current.isWritten;
  const matches =
    ifNoneMatch.trim() === '*' ? exists : tagsOf(ifNoneMatch).some((tag) => isWeakly(tag, current));
  if (!matches) return 'proceed';
  return isRead ? 'not-modified' : 'failed';
}

function matchesStrongly(ifMatch: string, current: Representation): boolean {
  if (ifMatch.trim() === '*') return current.isWritten;
  return tagsOf(ifMatch).some((tag) => tag === current.etag);
}

function isWeakly(tag: string, current: Representation): boolean {
  return (tag.startsWith('W/') ? tag.slice(2) : tag) === current.etag;
}

function tagsOf(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
