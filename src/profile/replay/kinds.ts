import {
  escapeText,
  parseNumber,
  type ReplayFields,
  type ReplayPart,
  replayParts,
  suggestion,
  usageError,
} from '../../core/index.js';
import { isToken } from '../headers.js';

/** Those of RFC 9110, section 9.3, and PATCH; but for CONNECT and TRACE, which are no load. */
const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** RFC 9110, section 9.2.1: they change nothing. */
export const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];
const MAX_METHODS = 20;
const MAX_SPEED = 1e6;
const MAX_NAME = 200;

/** `max`, or a factor. 0 is `max` too. @throws ZipfireError `usage` */
export function readSpeed(text: string): number | null {
  if (text === 'max') return null;
  const speed = parseNumber(text.replace(/x$/, ''));
  if (speed === 0) return null;
  if (speed >= 1 / MAX_SPEED && speed <= MAX_SPEED) return speed;
  throw usageError(
    `expected max or a number from 1e-6 to 1e6, read "${escapeText(text, { maxLength: 60 })}"`,
  );
}

/** `all`, or names with commas between. @throws ZipfireError `usage` */
export function readReplayMethods(text: string): readonly string[] {
  if (text === 'all') return ALL_METHODS;
  const methods = text.split(',').map((name) => name.trim().toUpperCase());
  for (const method of methods) {
    if (!isToken(method) || method === 'CONNECT')
      throw usageError(
        `expected methods such as GET,HEAD,POST, read "${escapeText(text, { maxLength: 60 })}"`,
      );
  }
  if (methods.length > MAX_METHODS) throw usageError(`more than ${MAX_METHODS} methods`);
  return [...new Set(methods)];
}

/** `path=uri,time=ts`. @throws ZipfireError `usage` */
export function readReplayFields(text: string): ReplayFields {
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    const part = pair.slice(0, at).trim();
    const name = pair.slice(at + 1).trim();
    if (at < 1 || name === '')
      throw usageError(
        `expected path=uri,time=ts and the like, read "${escapeText(text, { maxLength: 60 })}"`,
      );
    return [part, name] as const;
  });
  return checkFields(pairs);
}

/** @throws ZipfireError `usage` for a part that requests do not have */
export function checkFields(pairs: readonly (readonly [part: string, name: string])[]): ReplayFields {
  const fields: Partial<Record<ReplayPart, string>> = {};
  for (const [given, name] of pairs) {
    // The path may be a URL: its path and query are taken.
    const part = replayParts.find((known) => known === (given === 'url' ? 'path' : given));
    if (part === undefined)
      throw usageError(
        `a request has no ${escapeText(given, { maxLength: 60 })}`,
        suggestion(given, replayParts),
      );
    if (name.length > MAX_NAME) throw usageError(`a name of more than ${MAX_NAME} characters`);
    if (fields[part] !== undefined) throw usageError(`two names for the ${part}`);
    fields[part] = name;
  }
  return fields;
}
