import type { Driver, Text } from '../../core/index.js';
import type { CompiledOperation } from '../../request/index.js';
import { MixedOperation, OperationMix } from '../mix.js';
import type { Starts } from '../starts.js';
import { type Tracer, traced } from '../trace.js';
import type { User } from './user.js';
import type { Users } from './users.js';

/** An operation as users send it: as it is, or with their cookies. */
class UserOperation {
  readonly #users: Users;
  readonly #plain: MixedOperation;
  /** Null: cookies are not kept. */
  readonly #withCookies: MixedOperation | null;
  readonly #target: Text;

  constructor(compiled: CompiledOperation, driver: Driver, users: Users) {
    this.#users = users;
    this.#plain = new MixedOperation(compiled, driver);
    this.#withCookies = users.keepsCookies ? new MixedOperation(withCookies(compiled, users), driver) : null;
    this.#target = compiled.operation.target;
  }

  for(hit: number): MixedOperation {
    if (this.#withCookies === null) return this.#plain;
    let target = '';
    const values = this.#plain.fill(hit);
    for (const part of this.#target) target += typeof part === 'string' ? part : values[part];
    return this.#users.cookieLine(target) === '' ? this.#plain : this.#withCookies;
  }
}

/** The cookies go behind those that the operation has itself. */
function withCookies({ operation, sources }: CompiledOperation, users: Users): CompiledOperation {
  const isCookie = ({ name }: { name: string }) => name.toLowerCase() === 'cookie';
  const own = operation.headers.filter(isCookie).flatMap(({ value }) => [...value, '; ']);
  return {
    operation: {
      ...operation,
      headers: [
        ...operation.headers.filter((header) => !isCookie(header)),
        { name: 'Cookie', value: [...own, sources.length] },
      ],
    },
    sources: [...sources, users.lastCookieLine],
  };
}

/** The operations and sequences of a run, for users. */
export class UserMix extends OperationMix {
  readonly starts: Starts;
  readonly #users: Users;
  readonly #tracer: Tracer | null;
  readonly #plain: readonly UserOperation[];
  readonly #traced: readonly UserOperation[];

  constructor(
    compiled: readonly CompiledOperation[],
    starts: Starts,
    { driver, users, tracer }: { driver: Driver; users: Users; tracer: Tracer | null },
  ) {
    super([], [1], 0);
    const make = (each: CompiledOperation) => new UserOperation(each, driver, users);
    this.starts = starts;
    this.#users = users;
    this.#tracer = tracer;
    this.#plain = compiled.map(make);
    this.#traced = tracer === null ? [] : compiled.map((each) => make(traced(each, tracer)));
  }

  /** What a user sends as an operation in its hit. */
  operationOf(user: User, operation: number): MixedOperation {
    this.#users.turnOf(user, operation);
    const operations = this.#tracer?.isTraced(user.hit) === true ? this.#traced : this.#plain;
    return (operations[operation] as UserOperation).for(user.hit);
  }
}
