import type { BudgetLane, WindowReason } from '#core';

/** One request to the provider, before any policy has touched it. */
export interface PolarRequest {
  readonly tenant: string;
  readonly connection: string;
  /** The name of the resource, which is the operation that reads it. */
  readonly resource: string;
  readonly url: URL;
  readonly lane: BudgetLane;
  /** What it is made for. */
  readonly purpose?: WindowReason;
  /** The poll that it is made for: who holds a large body. Without one, nobody waits. */
  readonly poll?: object;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PolarResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends one request. Policies wrap a dispatch in another one. */
export type Dispatch = (request: PolarRequest) => Promise<PolarResponse>;

export function header(response: PolarResponse, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
