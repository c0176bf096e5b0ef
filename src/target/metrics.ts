import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { type Counters, Slot } from './counters.js';

const LAG_RESOLUTION_MS = 10;

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * The page at /metrics, in Prometheus' text format 0.0.4.
 * Watching the event loop costs a timer every 10 ms, so it begins with the first page.
 */
export class MetricsPage {
  readonly #counters: Counters;
  #lag: IntervalHistogram | null = null;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  render(): string {
    return formatMetrics([...this.#service(), ...this.#process(), this.#eventLoopLag()]);
  }

  close(): void {
    this.#lag?.disable();
    this.#lag = null;
  }

  #service(): Family[] {
    const responses = [...this.#counters.responses()].map(({ method, status, count }) => ({
      labels: { method, status: String(status) },
      value: count,
    }));
    const calls = [...this.#counters.calls()].map(({ method, code, count }) => ({
      labels: { method, code },
      value: count,
    }));
    const slot = (type: Family['type'], name: string, help: string, cell: Slot): Family => ({
      name: `zipfire_target_${name}`,
      type,
      help,
      samples: [{ value: this.#counters.get(cell) }],
    });
    return [
      {
        name: 'zipfire_target_requests_total',
        type: 'counter',
        help: 'Responses begun, by method and status.',
        samples: responses,
      },
      {
        name: 'zipfire_target_grpc_calls_total',
        type: 'counter',
        help: 'gRPC calls ended, by method and status.',
        samples: calls,
      },
      slot('counter', 'grpc_messages_received_total', 'Messages of gRPC calls.', Slot.messagesReceived),
      slot('counter', 'grpc_messages_sent_total', 'Messages of gRPC calls.', Slot.messagesSent),
      slot('gauge', 'requests_in_flight', 'Requests held or being served.', Slot.inFlight),
      slot('counter', 'connections_opened_total', 'Connections accepted.', Slot.connectionsOpened),
      slot('gauge', 'connections_active', 'Connections open now.', Slot.connectionsActive),
      slot('counter', 'connections_dropped_total', 'Connections over the limit.', Slot.connectionsDropped),
      slot('counter', 'resets_total', 'Connections reset on purpose.', Slot.resets),
      slot('gauge', 'keys', 'Keys stored.', Slot.keys),
      slot('gauge', 'stored_bytes', 'Bytes of the stored keys and values.', Slot.storedBytes),
      slot('counter', 'evictions_total', 'Keys dropped to make room.', Slot.evictions),
    ];
  }

  #process(): Family[] {
    const cpu = process.cpuUsage();
    const single = (type: Family['type'], name: string, help: string, value: number): Family => ({
      name,
      type,
      help,
      samples: [{ value }],
    });
    return [
      single(
        'counter',
        'process_cpu_seconds_total',
        'CPU time of the process.',
        (cpu.user + cpu.system) / 1e6,
      ),
      single(
        'gauge',
        'process_resident_memory_bytes',
        'Resident memory of the process.',
        process.memoryUsage.rss(),
      ),
      single(
        'counter',
        'zipfire_target_event_loop_active_seconds_total',
        "Time the target's event loop was not idle.",
        performance.eventLoopUtilization().active / 1e3,
      ),
    ];
  }

  /** Of the time since the last page. */
  #eventLoopLag(): Family {
    const samples: Sample[] = [];
    if (this.#lag === null) {
      this.#lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
      this.#lag.enable();
    } else if (this.#lag.count > 0) {
      for (const [quantile, percentile] of [
        ['0.5', 50],
        ['0.99', 99],
        ['1', 100],
      ] as const) {
        // The histogram holds the time between two beats of its timer; the lag is what exceeds the beat.
        const lagMs = Math.max(0, this.#lag.percentile(percentile) / 1e6 - LAG_RESOLUTION_MS);
        samples.push({ labels: { quantile }, value: lagMs / 1e3 });
      }
      this.#lag.reset();
    }
    return {
      name: 'zipfire_target_event_loop_lag_seconds',
      type: 'gauge',
      help: 'How late timers fire, since the last page; none on the first.',
      samples,
    };
  }
}

/** Prometheus' text format: HELP and TYPE, then one line a sample. */
export function formatMetrics(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const { labels, value } of samples) lines.push(`${name}${formatLabels(labels ?? {})} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
