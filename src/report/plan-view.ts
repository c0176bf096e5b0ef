/**
 * What reports show of a plan. A result may be read back from a file that anyone wrote, so its plan is `unknown`
 * until looked at: what is missing or of another type is null, and nothing here throws.
 */
export interface PlanView {
  readonly name: string | null;
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly url: string | null;
  readonly socketPath: string | null;
  readonly seed: number | null;
  readonly operations: readonly OperationView[];
  readonly keys: readonly KeyView[];
  /** The log that is sent; null: there is none. */
  readonly replay: ReplayView | null;
  readonly connections: number | null;
  readonly workers: number | null;
  readonly rate: number | null;
  /** The rate over time; empty where it does not change. */
  readonly stages: readonly StageView[];
  readonly connectionStages: readonly StageView[];
  readonly concurrencyStages: readonly StageView[];
  readonly arrivals: string | null;
  readonly pipeline: number | null;
  readonly streams: number | null;
  /** Requests in flight in all, where that is less than the connections hold. */
  readonly concurrency: number | null;
  readonly driver: string | null;
  readonly http: string | null;
  readonly keepAlive: boolean;
  readonly timeoutMs: number | null;
  readonly warmupMs: number | null;
  readonly durationMs: number | null;
  readonly requests: number | null;
  readonly repeat: number | null;
}

interface ReplayView {
  readonly file: string;
  /** Null: as fast as the responses come. */
  readonly speed: number | null;
  readonly loop: boolean;
  readonly about: string;
  readonly lines: number | null;
  readonly hits: number | null;
  readonly leftOut: readonly {
    readonly reason: string;
    readonly lines: number | null;
    readonly firstLine: number | null;
  }[];
}

/** One of the stages of something that changes over time; see `core/stages`. */
export interface StageView {
  readonly shape: string;
  readonly values: ReadonlyMap<string, number>;
}

interface OperationView {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** How a gRPC call streams, or that it does not; `sequence`; null: it is one HTTP request. */
  readonly call: string | null;
  /** Of all hits, in [0, 1]; null when the weights say nothing. */
  readonly share: number | null;
}

interface KeyView extends ShapeView {
  readonly name: string;
  readonly n: number | null;
  /** What it is made of, where it is made of others. */
  readonly parts: readonly PartView[];
}

/** What a distribution is called, and its values. */
export interface ShapeView {
  readonly distribution: string;
  readonly params: readonly (readonly [name: string, value: number])[];
  readonly lists: readonly (readonly [name: string, values: readonly number[]])[];
}

interface PartView extends ShapeView {
  readonly weight: number | null;
}

/** @param plan a `Plan`, or the `plan` of a result */
export function viewPlan(plan: object): PlanView {
  const root = fields(plan);
  const target = fields(root.get('target'));
  const load = fields(root.get('load'));
  const phases = fields(root.get('phases'));
  const measure = fields(phases.get('measure'));
  return {
    name: text(root.get('name')),
    tags: [...fields(root.get('tags'))].flatMap(([name, raw]) => {
      const value = text(raw);
      return value === null ? [] : [[name, value] as const];
    }),
    url: text(target.get('url')),
    socketPath: text(target.get('socketPath')),
    seed: number(root.get('seed')),
    operations: viewOperations(root.get('operations'), root.get('sequences')),
    keys: [...fields(root.get('keys'))].map(([name, spec]) => viewKey(name, spec)),
    replay: root.has('replay') ? viewReplay(fields(root.get('replay'))) : null,
    connections: number(load.get('connections')),
    workers: number(load.get('workers')),
    rate: number(load.get('rate')),
    stages: viewStages(load.get('stages')),
    connectionStages: viewStages(load.get('connectionStages')),
    concurrencyStages: viewStages(load.get('concurrencyStages')),
    arrivals: text(load.get('arrivals')),
    pipeline: number(load.get('pipeline')),
    streams: number(load.get('streams')),
    concurrency: number(load.get('concurrency')),
    driver: text(load.get('driver')),
    http: text(load.get('http')),
    keepAlive: load.get('keepAlive') !== false,
    timeoutMs: number(load.get('timeoutMs')),
    warmupMs: number(phases.get('warmupMs')),
    durationMs: number(measure.get('durationMs')),
    requests: number(measure.get('requests')),
    repeat: number(phases.get('repeat')),
  };
}

/** The operations, and behind them the sequences, whose weights are beside theirs. */
function viewOperations(value: unknown, sequences: unknown): OperationView[] {
  const operations = [value, sequences].flatMap((each) => (Array.isArray(each) ? each.map(fields) : []));
  const total = operations.reduce((sum, operation) => sum + (number(operation.get('weight')) ?? 0), 0);
  return operations.map((operation) => {
    const weight = number(operation.get('weight'));
    const call = operation.get('call');
    const steps = operation.get('steps');
    const names = Array.isArray(steps)
      ? steps.map((step) => text(fields(step).get('operation')) ?? '')
      : null;
    return {
      name: text(operation.get('name')) ?? '',
      method: text(operation.get('method')) ?? '',
      path: names?.join(', ') ?? text(operation.get('path')) ?? '',
      call: names !== null ? 'sequence' : call === undefined ? null : callKind(fields(call)),
      share: weight === null || total <= 0 ? null : weight / total,
    };
  });
}

function viewReplay(replay: ReadonlyMap<string, unknown>): ReplayView {
  const log = fields(replay.get('log'));
  return {
    file: text(replay.get('file')) ?? '',
    speed: number(replay.get('speed')),
    loop: replay.get('loop') === true,
    about: text(log.get('about')) ?? '',
    lines: number(log.get('lines')),
    hits: number(log.get('hits')),
    leftOut: listOf(log.get('leftOut')).map((raw) => {
      const omission = fields(raw);
      return {
        reason: text(omission.get('reason')) ?? '',
        lines: number(omission.get('lines')),
        firstLine: number(omission.get('firstLine')),
      };
    }),
  };
}

function viewStages(value: unknown): StageView[] {
  return (Array.isArray(value) ? value.map(fields) : []).map((stage) => ({
    shape: text(stage.get('shape')) ?? '',
    values: new Map([...stage].flatMap(([name, raw]) => (typeof raw === 'number' ? [[name, raw]] : []))),
  }));
}

const callKinds: Readonly<Record<string, string>> = {
  unary: 'unary',
  serverStreaming: 'server streaming',
  clientStreaming: 'client streaming',
  bidiStreaming: 'bidirectional streaming',
};

function callKind(call: ReadonlyMap<string, unknown>): string {
  const kind = text(fields(call.get('compiled')).get('kind')) ?? '';
  return (Object.hasOwn(callKinds, kind) ? callKinds[kind] : undefined) ?? 'call';
}

function viewKey(name: string, value: unknown): KeyView {
  const spec = fields(value);
  return {
    name,
    n: number(spec.get('n')),
    ...viewShape(spec),
    parts: listOf(spec.get('parts')).map((raw) => {
      const part = fields(raw);
      return { ...viewShape(part), weight: number(part.get('weight')) };
    }),
  };
}

function viewShape(spec: ReadonlyMap<string, unknown>): ShapeView {
  return {
    distribution: text(spec.get('distribution')) ?? '',
    params: [...fields(spec.get('params'))].flatMap(([param, raw]) => {
      const known = number(raw);
      return known === null ? [] : [[param, known] as const];
    }),
    lists: [...fields(spec.get('lists'))].map(([name, raw]) => [
      name,
      listOf(raw).flatMap((item) => number(item) ?? []),
    ]),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fields(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
