export type { AnswerState, AskOptions, AssistantAnswer } from '../features/askAssistant.ts';
export type { Notifications, NotificationsOptions } from '../features/createNotifications.ts';
export type { Presence, PresentUser } from '../features/createPresence.ts';
export type { PendingSend, Sends } from '../features/createSends.ts';
export type { NotificationItem } from '../features/notificationList.ts';
export type { Job, JobState } from '../features/submitJob.ts';
export type { TopicState } from '../features/topicView.ts';
// A star, so that an app can add to `Register` through this module.
export * from './registered.ts';
export { TidingsProvider, type TidingsProviderProps, useClient } from './tidingsProvider.ts';
export { useEvent } from './useEvent.ts';
export { type UsedJob, useJob } from './useJob.ts';
export { type UsedNotifications, useNotifications } from './useNotifications.ts';
export { usePresence } from './usePresence.ts';
export { type Sending, type SendOptions, useSend } from './useSend.ts';
export { useStatus } from './useStatus.ts';
export type { Selection } from './useStore.ts';
export { type UsedStream, useStream } from './useStream.ts';
export { type Reduce, type Select, type Shown, type TopicOptions, useTopic } from './useTopic.ts';
