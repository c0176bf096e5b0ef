import type { Hole } from '../template.js';

/** A hole that a captured value fills. */
export interface CaptureHole {
  readonly name: string;
  /** `{{raw name}}`: reserved characters stay as they are in a request target. */
  readonly raw: boolean;
}

/** What a hole says of captured values; null when it names none. */
export function captureHole(
  { name, args }: Pick<Hole, 'name' | 'args'>,
  isCapture: (name: string) => boolean,
): CaptureHole | null {
  const [first = ''] = args;
  if (name === 'raw' && args.length === 1 && isCapture(first)) return { name: first, raw: true };
  return args.length === 0 && isCapture(name) ? { name, raw: false } : null;
}
