/** The requests that were paid for, by tenant and minute, as the database keeps them. */
export class MemoryQuotaLedger {
  readonly #minutes = new Map<string, Map<number, number>>();

  add(tenant: string, minute: number, requests: number): void {
    const minutes = this.#minutes.get(tenant) ?? new Map<number, number>();
    this.#minutes.set(tenant, minutes.set(minute, (minutes.get(minute) ?? 0) + requests));
  }

  since(tenant: string, from: number): readonly { readonly minute: number; readonly requests: number }[] {
    return [...(this.#minutes.get(tenant) ?? [])]
      .filter(([minute]) => minute >= from)
      .toSorted(([a], [b]) => a - b)
      .map(([minute, requests]) => ({ minute, requests }));
  }
}
