/**
 * Numbers as a person reads them: units chosen by size, three significant digits, the same in every locale.
 * `null` (no data) is a dash everywhere, never a zero.
 */
export const NO_DATA = '–';

interface Unit {
  readonly scale: number;
  readonly name: string;
}

const timeUnits: readonly Unit[] = [
  { scale: 1, name: 'ns' },
  { scale: 1e3, name: 'µs' },
  { scale: 1e6, name: 'ms' },
  { scale: 1e9, name: 's' },
];

const siUnits: readonly Unit[] = [
  { scale: 1, name: '' },
  { scale: 1e3, name: 'k' },
  { scale: 1e6, name: 'M' },
  { scale: 1e9, name: 'G' },
];

const byteUnits: readonly Unit[] = [
  { scale: 1, name: 'B' },
  { scale: 2 ** 10, name: 'KiB' },
  { scale: 2 ** 20, name: 'MiB' },
  { scale: 2 ** 30, name: 'GiB' },
  { scale: 2 ** 40, name: 'TiB' },
];

/** A latency in nanoseconds: `902 µs`, `6.71 ms`, `1.02 s`; more `digits` where two values must be told apart. */
export function formatNs(ns: number | null, digits = 3): string {
  if (ns === null || !Number.isFinite(ns)) return NO_DATA;
  if (ns === 0) return '0 µs';
  return scaled(ns, timeUnits, digits);
}

/** A latency in microseconds, as results hold them. */
export function formatUs(us: number | null, digits = 3): string {
  return formatNs(us === null ? null : us * 1e3, digits);
}

/** A stretch of time that a person planned or waits for, in seconds: `500 ms`, `30 s`, `1 min 30 s`, `2 h 5 min`. */
export function formatSpan(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NO_DATA;
  if (seconds === 0) return '0 s';
  if (Math.abs(seconds) < 59.95) return trimZeros(scaled(seconds * 1e9, timeUnits));
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const parts = [part(hours, 'h'), part(minutes, 'min'), hours > 0 ? '' : part(whole % 60, 's')];
  return parts.filter((text) => text !== '').join(' ');
}

/** An integer with thousands separators: `1,271,580`. */
export function formatCount(count: number | null): string {
  if (count === null || !Number.isFinite(count)) return NO_DATA;
  return group(count.toFixed(0));
}

/** A rate in events per second, short: `42.4 k/s`, `950/s`. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NO_DATA;
  if (perSecond === 0) return '0/s';
  return `${scaled(perSecond, siUnits).trimEnd()}/s`;
}

/** A rate in events per second as a plain number: `42,386`; one decimal below 100, where it tells. */
export function formatRateExact(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NO_DATA;
  if (Number.isInteger(perSecond) || perSecond >= 99.95) return formatCount(perSecond);
  return perSecond >= 0.95 ? trimZeros(perSecond.toFixed(1)) : trimZeros(decimals(perSecond, 2));
}

/** Bytes in binary units: `612 MiB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return NO_DATA;
  if (Math.abs(bytes) < 2 ** 10) return `${group(bytes.toFixed(0))} B`;
  return scaled(bytes, byteUnits);
}

/** What something is multiplied by: `1.41`, `0.0042`. What is not none is never shown as 0. */
export function formatFactor(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return NO_DATA;
  return ratio > 0 && ratio < 0.1 ? String(Number(ratio.toPrecision(2))) : ratio.toFixed(2);
}

/**
 * A ratio in [0, 1] as a percentage: `0.1 %`, `41 %`, `99.998 %`.
 * What is not none is never shown as 0 %, and what is not all is never shown as 100 %.
 *
 * @param digits significant digits instead, where two values must be told apart
 */
export function formatPercent(ratio: number | null, digits?: number): string {
  if (ratio === null || !Number.isFinite(ratio)) return NO_DATA;
  const percent = ratio * 100;
  if (percent === 0) return '0 %';
  if (digits !== undefined) return `${trimZeros(decimals(percent, digits))} %`;
  if (percent < 0.0001 && percent > 0) return '<0.0001 %';
  if (percent < 100 && percent > 99.9999) return '>99.9999 %';
  if (percent < 100 && percent > 99) {
    // Two significant digits of what is missing to the whole.
    const places = Math.max(1, 1 - Math.floor(Math.log10(100 - percent)));
    return `${trimZeros(percent.toFixed(places))} %`;
  }
  return `${trimZeros(decimals(percent, percent < 1 ? 2 : 3))} %`;
}

/** `digits` significant digits of `value`, in the largest unit that leaves at least one before the point. */
function scaled(value: number, units: readonly Unit[], digits = 3): string {
  const size = Math.abs(value);
  const last = units.at(-1) as Unit;
  // Compared after rounding: 999.6 µs is 1.00 ms, not 1000 µs.
  const limitOf = (index: number) => (units[index + 1] as Unit).scale / (units[index] as Unit).scale;
  const unit = units.find((u, i) => u !== last && rounded(size / u.scale, digits) < limitOf(i)) ?? last;
  return `${decimals(value / unit.scale, digits)} ${unit.name}`;
}

/** As `digits` significant digits show it; whole units are all shown (1,023 B). */
function rounded(value: number, digits: number): number {
  return value >= 10 ** (digits - 1) ? Math.round(value) : Number(value.toPrecision(digits));
}

/** `value` with `digits` significant digits in plain notation; whole numbers keep all of theirs. */
function decimals(value: number, digits: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  return group(value.toFixed(Math.min(100, Math.max(0, digits - 1 - magnitude))));
}

function group(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `5.00 s` is `5 s` where nothing was measured. */
function trimZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}

function part(count: number, unit: string): string {
  return count > 0 ? `${count} ${unit}` : '';
}
