export { bindQueryClient, type CacheChange, type CacheRules } from './bindQueryClient.ts';
export {
  bindNotifications,
  type NotificationPage,
  type NotificationsQueryOptions,
  notificationsQuery,
} from './notificationsQuery.ts';
export { topicKey, topicQuery } from './topicQuery.ts';
