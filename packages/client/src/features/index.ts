export { type AnswerState, type AskOptions, type AssistantAnswer, askAssistant } from './askAssistant.ts';
export {
  createNotifications,
  type NotificationStore,
  type Notifications,
  type NotificationsOptions,
} from './createNotifications.ts';
export { createPresence, type Presence, type PresentUser } from './createPresence.ts';
export { createSends, type PendingSend, type Sends, type SendsOptions } from './createSends.ts';
export { type Fold, foldTopic } from './foldTopic.ts';
export type { NotificationFilter, NotificationItem } from './notificationList.ts';
export { followJob, type Job, type JobOptions, type JobState, submitJob } from './submitJob.ts';
export { type TopicState, type TopicView, topicView } from './topicView.ts';
