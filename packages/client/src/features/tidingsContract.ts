import type { WireOf } from '@tidings/protocol';
import type { consoleContract } from '../../../../features/adminConsole/contract.ts';
import type { alertContract } from '../../../../features/alerts/contract.ts';
import type { assistantContract } from '../../../../features/assistant/contract.ts';
import type { ChannelContract } from '../../../../features/channels/contract.ts';
import type { engagementContract } from '../../../../features/engagement/contract.ts';
import type { jobContract } from '../../../../features/jobs/contract.ts';
import type { messageContract } from '../../../../features/messages/contract.ts';
import type { notificationContract } from '../../../../features/notifications/contract.ts';
import type { QueueContract } from '../../../../features/queue/contract.ts';
import type { RoomContract } from '../../../../features/rooms/contract.ts';

/** The features that come with Tidings, whether an app has them or not. */
type App = WireOf<
  | typeof alertContract
  | typeof assistantContract
  | ChannelContract
  | typeof consoleContract
  | typeof engagementContract
  | typeof jobContract
  | typeof messageContract
  | typeof notificationContract
  | QueueContract
  | RoomContract
>;

type ConnectionAction = 'hello' | 'subscribe' | 'unsubscribe' | 'sync' | 'auth';

/** The state of `client:<id>`. */
export type ClientSnapshot = App['topics']['client'];

/** A client's engagement, as `engagement.get` and the snapshots show it. */
export type Engagement = ClientSnapshot['engagement'];

/** The state of one's own feed: what must not be buried under messages, newest first. */
export type UserSnapshot = App['topics']['user'];

/** The state of `queue:<date>`. */
export type QueueSnapshot = App['topics']['queue'];

/** One day of one doctor. */
export type DoctorDay = QueueSnapshot['doctors'][number];

/** The state of `conversation:<id>`. */
export type ConversationSnapshot = App['topics']['conversation'];

/** What was said once in a conversation. */
export type Turn = ConversationSnapshot['turns'][number];

/**
 * What comes with Tidings itself (PROTOCOL.md 3.4 and 4). The client calls its connection actions by itself. A team
 * extends it with its own.
 */
export interface TidingsContract {
  readonly actions: Omit<App['actions'], ConnectionAction>;
  readonly events: App['events'];
  readonly topics: App['topics'];
  readonly lone: App['lone'];
}
