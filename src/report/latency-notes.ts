import { formatUs, type Result, type Summary } from '../core/index.js';

/** What must not be overlooked beside the latency table. */
export function latencyNotes(result: Result): string[] {
  return [waitingNote(result.summary), silenceNote(result)].filter((note) => note !== null);
}

/** Of an open loop: that requests waited before they were sent, which a closed loop would have hidden. */
function waitingNote(summary: Summary): string | null {
  const response = summary.latencyUs.response.p99;
  const service = summary.latencyUs.service.p99;
  if (summary.targetRate === null || response === null || service === null) return null;
  if (response < 2 * service || response - service < 1000) return null;
  return `requests waited before they could be sent: p99 is ${formatUs(response)} from the intended start, ${formatUs(service)} from the send`;
}

/** From this share of the seconds on, it is a tail that a p99 by time would show. */
const SILENT_SHARE = 0.01;

/**
 * Of a closed loop: that the target stood still. Each connection then waits with one request, so that a second in which
 * thousands were due has as many samples as there are connections, and percentiles by request pass over it.
 */
function silenceNote({ summary, timeline }: Result): string | null {
  const { p99, max } = summary.latencyUs.response;
  if (summary.targetRate !== null || summary.messages !== null || p99 === null || p99 >= 1e6) return null;
  const silent = timeline.filter(
    ({ completed, errors, inFlight }) => completed === 0 && errors === 0 && inFlight > 0,
  ).length;
  if (silent <= SILENT_SHARE * timeline.length) return null;
  const seconds = silent === 1 ? 'one second' : `${silent} seconds`;
  return `in ${seconds} of ${timeline.length} nothing came back, and a closed loop sends nothing meanwhile: percentiles by request pass over that (max ${formatUs(max)}); an open loop (--rate) counts it`;
}
