import type { ProblemDetails } from '#platform';
import { reasonOf } from '#platform/program';
import { isUnreachable, UnreachableError, UsageError, WrongError } from '../failures.ts';
import { isProblem, problemWords } from './problem-words.ts';

export type ServiceName = 'auth' | 'poller' | 'publisher';

export interface ServiceAccess {
  readonly url: string;
  /** The admin token. */
  readonly token: string;
  /** Who the audit log names; the service's own word where nobody is known. */
  readonly actor: string | undefined;
  /** How the value at a path of a request was typed, such as `--type`; undefined where it was not. */
  readonly typedAs?: (path: string) => string | undefined;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

interface Request {
  readonly query?: Query;
  readonly body?: unknown;
}

/** An answer of which all has come. */
interface Answered {
  readonly answer: Response;
  readonly text: string;
}

/** Where a list goes on. */
interface Page {
  readonly nextCursor: string | null;
}

/** No route takes longer: the slowest one counts for 10 s. */
const longestAnswerMs = 30_000;
/** Of a list, as many as a route gives at once. */
const pageSize = 500;
/** A proxy, or the service itself, says that it cannot for now. */
const passing: ReadonlySet<number> = new Set([502, 503, 504]);

/** A path whose values are encoded: route`/v1/tenants/${tenant}/quota`. */
export const route = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  parts.map((part, index) => `${part}${encodeURIComponent(values[index] ?? '')}`).join('');

/**
 * The admin routes of a service.
 * All methods throw WrongError when it refuses, and UnreachableError when it does not answer or cannot for now.
 */
export class Service {
  readonly #name: ServiceName;
  readonly #access: ServiceAccess;

  constructor(name: ServiceName, access: ServiceAccess) {
    this.#name = name;
    this.#access = access;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#ask('GET', path, { query });
  }

  /** The same, or undefined where there is no such thing. */
  async find<T>(path: string): Promise<T | undefined> {
    const answered = await this.#send('GET', path, {});
    return answered.answer.status === 404 ? undefined : this.#read<T>(answered, 'GET', path);
  }

  post<T>(path: string, request: Request = {}): Promise<T> {
    return this.#ask('POST', path, request);
  }

  /** All pages of a list, as one. */
  async all<Name extends string, T>(
    path: string,
    name: Name,
    query: Query = {},
  ): Promise<Readonly<Record<Name, readonly T[]>> & Page> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.get<Readonly<Record<Name, readonly T[]>> & Page>(path, {
        ...query,
        limit: pageSize,
        cursor,
      });
      items.push(...page[name]);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return { [name]: items, nextCursor: null } as unknown as Readonly<Record<Name, readonly T[]>> & Page;
  }

  async #ask<T>(method: string, path: string, request: Request): Promise<T> {
    return this.#read<T>(await this.#send(method, path, request), method, path);
  }

  async #send(method: string, path: string, { query = {}, body }: Request): Promise<Answered> {
    const { url, token, actor } = this.#access;
    const target = new URL(`${url.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query))
      for (const one of [value ?? []].flat()) target.searchParams.append(name, String(one));
    try {
      const answer = await fetch(target, {
        method,
        signal: AbortSignal.timeout(longestAnswerMs),
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(actor !== undefined && { 'x-actor': actor }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { answer, text: await answer.text() };
    } catch (error) {
      throw new UnreachableError(`${this.#name} does not answer at ${url}: ${whyNot(error)}\n${this.#where()}`, {
        cause: error,
      });
    }
  }

  #read<T>({ answer, text }: Answered, method: string, path: string): T {
    const body = jsonOf(text);
    if (answer.ok && body !== undefined) return body as T;
    const asked = `${isProblem(body) ? `${String(answer.status)} ${body.code}, ` : ''}${method} ${path}`;
    if (passing.has(answer.status)) {
      const words = isProblem(body) ? this.#words(body, path) : `${this.#name} answered ${String(answer.status)}`;
      const pause = answer.headers.get('retry-after');
      throw new UnreachableError(`${words}\nTry again${pause === null ? ' later' : ` in ${pause} s`}. (${asked})`);
    }
    // Nothing was done: what was typed is no value that the service takes.
    if (isProblem(body) && body.code === 'VALIDATION_FAILED')
      throw new UsageError(`${this.#words(body, path)}\n(${asked})`);
    if (isProblem(body)) throw new WrongError(`${this.#words(body, path)}\n(${asked})`);
    const { url } = this.#access;
    throw new WrongError(
      `${url} answered ${String(answer.status)} to ${method} ${path}, and not in the words of ${this.#name}.\n${this.#where()}`,
    );
  }

  #words(problem: ProblemDetails, path: string): string {
    return problemWords(this.#name, problem, path, this.#access.typedAs);
  }

  #where(): string {
    return `Its address is what ${this.#name.toUpperCase()}_URL or --${this.#name}-url says.`;
  }
}

/** fetch has the reason as a cause. */
function whyNot(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `there was no answer within ${String(longestAnswerMs / 1000)} s.`;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (isUnreachable(cause)) return reasonOf(cause);
  return cause instanceof Error ? cause.message : String(cause);
}

/** Nothing at all is an answer as well: 204. */
function jsonOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
