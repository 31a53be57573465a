import type { Content } from '../api/content.ts';
import type { History } from '../world/history.ts';
import type { Resource } from '../world/resources.ts';
import type { Era, Fact, PastEvent } from '../world/scene.ts';

/** Fields whose type in the documentation's examples is not the one in its tables, by name within one operation. */
export interface ExampleTypes {
  readonly strings?: readonly string[];
  readonly numbers?: readonly string[];
}

/** What the OpenAPI file cannot tell of a resource: what its items are, and how the world changes them. */
export interface Definition {
  readonly resource: Resource;
  readonly path: string;
  readonly content: Content;
  readonly exampleTypes?: ExampleTypes;
  readonly facts: Readonly<Record<string, Fact>>;
  /** What there was before anybody looked; only where a fact of the resource has a weight. */
  readonly past: (history: History, era: Era) => readonly PastEvent[];
  /** The same for all athletes of a client. */
  readonly isShared?: true;
}
