import type { ResourceName } from '../resources.ts';

/** One change of one item, as the provider has it. */
export interface Change {
  /** Epoch ms. */
  readonly at: number;
  /** Null: it was deleted. */
  readonly version: number | null;
  /** The next one came before this one was told: whether it is told is a matter of luck. */
  isOvertaken: boolean;
  isTold: boolean;
}

/** All changes of one item, in their order. */
export interface Story {
  readonly athlete: string;
  readonly resource: ResourceName;
  readonly key: string;
  readonly date: string | null;
  readonly changes: Change[];
}

/** The provider's own record of what has happened in its athletes' accounts. */
export class Ledger {
  readonly stories: Story[] = [];

  of(athlete: string, resource: ResourceName): readonly Story[] {
    return this.stories.filter((story) => story.athlete === athlete && story.resource === resource);
  }

  note(story: Story, at: number, version: number | null): void {
    const last = story.changes.at(-1);
    if (last !== undefined && !last.isTold) last.isOvertaken = true;
    story.changes.push({ at, version, isOvertaken: false, isTold: false });
  }

  add(story: Omit<Story, 'changes'>, at: number, version: number): void {
    const fresh: Story = { ...story, changes: [] };
    this.stories.push(fresh);
    this.note(fresh, at, version);
  }
}

export function versionOf({ changes }: Story): number | null {
  return changes.at(-1)?.version ?? null;
}
