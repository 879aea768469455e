import type { Handler } from './api/call.ts';
import type { UserSlice } from './feeds.ts';
import type { Principal } from './principal.ts';
import type { Topic, TopicCatalog, TopicKind } from './topics.ts';
import type { WorkRules } from './work/watch.ts';

/** What an app is made of: everything that the engine asks of a feature. */
export interface Feature {
  readonly name: string;
  readonly actions?: readonly Handler[];
  readonly topics?: readonly TopicKind[];
  /** What it keeps in each user's own feed. */
  readonly user?: UserSlice;
  /** The topics of its kinds that a connection is joined to on open, without asking. */
  readonly feeds?: (who: Principal) => readonly Topic[];
  /** Work that it puts into a queue, and that is looked after until it is done. */
  readonly work?: readonly WorkRules[];
}

/** What the features of an app add up to. */
export interface App extends TopicCatalog {
  readonly actions: ReadonlyMap<string, Handler>;
  readonly work: ReadonlyMap<string, WorkRules>;
}
