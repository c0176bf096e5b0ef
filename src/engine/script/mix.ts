import { type Driver, nowNs } from '../../core/index.js';
import type { CompiledOperation } from '../../request/index.js';
import { type MixedOperation, OperationMix, type Tracing } from '../mix.js';
import { ScriptedOperation } from './requests.js';
import type { ScriptedSends } from './sends.js';

/** What a scripted mix takes besides that of any mix. */
interface Scripted {
  readonly sends: ScriptedSends;
  readonly closedLoop: boolean;
  readonly driver: Driver;
  /** The operations as they were compiled, and the same with a traceparent where requests are traced. */
  readonly compiled: readonly CompiledOperation[];
  readonly withTrace: readonly CompiledOperation[];
}

/** A mix whose requests a script may change. A run without one never has this class, and pays nothing for it. */
export class ScriptedMix extends OperationMix {
  readonly #sends: ScriptedSends;
  readonly #closedLoop: boolean;
  readonly #names: readonly string[];
  readonly #plain: readonly ScriptedOperation[];
  readonly #withTrace: readonly ScriptedOperation[];
  #sentNs = 0;

  constructor(
    operations: readonly MixedOperation[],
    weights: readonly number[],
    seed: number,
    tracing: Tracing | null,
    { sends, closedLoop, driver, compiled, withTrace }: Scripted,
  ) {
    super(operations, weights, seed, tracing);
    const scripted = (each: CompiledOperation) => new ScriptedOperation(each, driver, sends.script);
    this.#sends = sends;
    this.#closedLoop = closedLoop;
    this.#names = compiled.map(({ operation }) => operation.name);
    this.#plain = compiled.map(scripted);
    this.#withTrace = withTrace.map(scripted);
  }

  override operationFor(index: number, hit: number): MixedOperation {
    const { script } = this.#sends;
    const startNs = nowNs();
    const operation = this.#make(index, hit, this.#names[index] as string);
    this.#sentNs = nowNs();
    script.spent(this.#sentNs - startNs);
    return operation;
  }

  /** The script took a while, which is not the server's. */
  override sentNs(): number {
    return this.#sentNs;
  }

  /** In an open loop the request is late by then, and its response time holds that, as any other's. */
  override intendedNs(dueNs: number, sentNs: number): number {
    return this.#closedLoop ? sentNs : dueNs;
  }

  #make(index: number, hit: number, name: string): MixedOperation {
    const { script } = this.#sends;
    if (script.judges) this.#sends.next(hit, name);
    const request = script.request(hit, name);
    if (request === null) return super.operationFor(index, hit);
    const operations = this.isTraced(hit) ? this.#withTrace : this.#plain;
    return (operations[index] as ScriptedOperation).for(request);
  }
}
