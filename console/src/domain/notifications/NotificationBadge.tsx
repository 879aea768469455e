import { useTopic } from '@tidings/client/react';
import { Pill } from '../../ui/data/Pill.tsx';

/** How many are not read, beside the name of the page. */
export function NotificationBadge() {
  const { data: unread = 0 } = useTopic('user', undefined, { select: (user) => user?.unread });
  if (!unread) return null;
  return (
    <Pill tone="accent">
      {unread > 99 ? '99+' : unread}
      <span className="visually-hidden"> unread</span>
    </Pill>
  );
}
