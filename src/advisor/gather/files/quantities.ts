import type { Sited } from './place.js';

/** CPUs as Kubernetes and compose write them: `2`, `500m`, `1.5`. Null: not one. */
export function cpusOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(m|u|n)?$/.exec(text.trim());
  if (match === null) return null;
  const scale = { m: 1e-3, u: 1e-6, n: 1e-9 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * scale;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes as Kubernetes writes them: `512Mi`, `1G`, `1e9`. Null: not that. */
export function kubernetesBytesOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?(?:[eE]\d{1,2})?)(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(text.trim());
  return match === null ? null : Math.round(Number(match[1]) * (byteUnits[match[2] ?? ''] ?? 1));
}

/** Bytes where a plain `k`, `M`, `G` is a power of 1024: compose, systemd, the JVM. Also Go's `512MiB`. */
export function binaryBytesOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kKmMgGtT])?(?:i?[bB])?$/.exec(text.trim());
  if (match === null) return null;
  const power = ' kmgt'.indexOf((match[2] ?? ' ').toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}

const secondUnits: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};

/**
 * Seconds of `75s`, `1m30s`, `250ms`; Null: not a time.
 *
 * @param bare what a number without a unit counts: seconds (nginx), milliseconds (HAProxy)
 */
export function secondsOf(text: string, bare: 's' | 'ms' = 's'): number | null {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * (bare === 's' ? 1 : 1e-3);
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|min|s|m|h|d)\s*)+$/.test(trimmed)) return null;
  let seconds = 0;
  for (const [, digits, unit = 's'] of trimmed.matchAll(/(\d+(?:\.\d+)?)(us|ms|min|s|m|h|d)/g))
    seconds += Number(digits) * (secondUnits[unit] ?? 1);
  return seconds;
}

/** The number that a text stands for, at the same place; null when it stands for none. */
export function numbered(
  sited: Sited<string> | null,
  read: (text: string) => number | null,
): Sited<number> | null {
  const value = sited === null ? null : read(sited.value);
  return sited === null || value === null || !Number.isFinite(value) ? null : { ...sited, value };
}
