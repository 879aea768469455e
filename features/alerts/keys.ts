import { featureRows, topicPart } from '../../core/keys.ts';
import type { Key } from '../../core/ports.ts';
import type { Topic } from '../../core/topics.ts';

const alerts = featureRows('ALERT', {
  reads: ['to'],
  isOfUser: (userId, _ids, { to }) => (to as { readonly userId?: string } | undefined)?.userId === userId,
});
const open = featureRows('ALERTKEY', { isOfUser: (userId, [feed]) => feed === `user:${userId}` });

export const alertKey = (tenant: string, alertId: string): Key => ({
  pk: alerts.partition(tenant),
  sk: alertId,
});

/** What keeps an alert from being raised twice to one feed. */
export const dedupeRow = (tenant: string, feed: Topic, dedupeKey: string): Key => ({
  pk: `${open.partition(tenant)}#${topicPart(feed)}`,
  sk: encodeURIComponent(dedupeKey),
});
