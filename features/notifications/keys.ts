import { featureRows } from '../../core/keys.ts';
import type { Key } from '../../core/ports.ts';

const rows = featureRows('NOTE', { isOfUser: (userId, [owner]) => owner === userId });

/** The notifications of a user, in order of their numbers. */
export const notificationsOf = rows.partition;

export const notificationKey = (tenant: string, userId: string, number: number): Key => ({
  pk: notificationsOf(tenant, userId),
  sk: rows.numbered(number),
});

/** Reads the number out of a notification's sort key. */
export const readNumber = (sk: string): number => Number(sk);
