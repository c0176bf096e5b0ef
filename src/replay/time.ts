const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10/Oct/2000:13:55:36 -0700`, as access logs write it; some add a fraction of the second. */
const ACCESS =
  /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})([.,]\d{1,9})?(?: ([+-])(\d{2})(\d{2}))?$/;
/** RFC 3339, also with a blank for the T and without a zone, which is then UTC. */
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)([.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/i;
const EPOCH = /^\d{9,19}(\.\d{1,9})?$/;

/** A time of a log. */
export interface LoggedTime {
  /** Since 1970; not whole. */
  readonly ms: number;
  /** It says no more than the second. */
  readonly isWhole: boolean;
}

/** Reads what logs write as a time; null for what is none. An epoch is in s, ms, µs or ns, by its size. */
export function readTime(text: string): LoggedTime | null {
  const ms = EPOCH.test(text) ? epochMs(text) : (accessMs(text) ?? isoMs(text));
  return ms === null || !Number.isFinite(ms) ? null : { ms, isWhole: saysSecond(text) };
}

function saysSecond(text: string): boolean {
  return EPOCH.test(text) ? Number(text) < 1e11 && !text.includes('.') : !/:\d{2}[.,]\d/.test(text);
}

function epochMs(text: string): number {
  const value = Number(text);
  if (value < 1e11) return value * 1e3;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}

function accessMs(text: string): number | null {
  const match = ACCESS.exec(text);
  if (match === null) return null;
  const [, day, name = '', year, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  const month = MONTHS.indexOf(name);
  if (month === -1) return null;
  const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000;
  return ms + fractionMs(fraction) - (sign === '-' ? -zone : zone);
}

function isoMs(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, date, time, fraction, zone = 'Z'] = match;
  return (
    Date.parse(`${date}T${time}${zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`) +
    fractionMs(fraction)
  );
}

function fractionMs(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.replace(',', '.')) * 1e3;
}
