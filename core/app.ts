import type { Contract } from '@tidings/protocol';
import type { Handler } from './call.ts';
import type { appSettings } from './settings.ts';
import type { TopicCatalog } from './topics.ts';
import type { WorkRules } from './work/watch.ts';

/** What the features of an app add up to. */
export interface App extends TopicCatalog {
  readonly actions: ReadonlyMap<string, Handler>;
  readonly work: ReadonlyMap<string, WorkRules>;
  /** What a stage may set. */
  readonly settings: ReturnType<typeof appSettings>;
  /** What it says on the wire: the engine's part, and each feature's. */
  readonly contracts: readonly Contract[];
}
