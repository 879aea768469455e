import type { Contract, Role } from '@tidings/protocol';
import type { Handler } from './call.ts';
import type { appSettings } from './settings.ts';
import type { TopicCatalog } from './topics.ts';
import type { WorkRules } from './work/watch.ts';

/** An app, put together from its features. */
export interface App extends TopicCatalog {
  readonly actions: ReadonlyMap<string, Handler>;
  readonly work: ReadonlyMap<string, WorkRules>;
  /** The schema of a stage's settings. */
  readonly settings: ReturnType<typeof appSettings>;
  /** The types of the events that also go to the event bus. */
  readonly emitted: ReadonlySet<string>;
  /** The roles that its users may have: those of every app, and those that its contracts declare. */
  readonly roles: readonly Role[];
  /** The contracts: the engine's, and each feature's. */
  readonly contracts: readonly Contract[];
}
