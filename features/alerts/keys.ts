import { featureRows, topicPart } from '../../core/keys.ts';
import type { Key } from '../../core/ports.ts';
import type { Topic } from '../../core/topics.ts';

const alerts = featureRows('ALERT');
const open = featureRows('ALERTKEY');

export const alertKey = (tenant: string, alertId: string): Key => ({
  pk: alerts.partition(tenant),
  sk: alertId,
});

/** What keeps an alert from being raised twice to one feed. */
export const dedupeRow = (tenant: string, feed: Topic, dedupeKey: string): Key => ({
  pk: `${open.partition(tenant)}#${topicPart(feed)}`,
  sk: encodeURIComponent(dedupeKey),
});
