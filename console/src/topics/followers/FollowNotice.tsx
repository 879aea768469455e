import { Button } from '../../ui/controls/Button.tsx';
import { Notice } from '../../ui/layout/States.tsx';
import type { Following } from './useFollowing.ts';

/** What it means to follow a topic in which who follows is seen, and how to. @param isRead whether it is read without */
export function FollowNotice({
  following: { isFollowed, follow },
  isRead,
}: {
  readonly following: Following;
  readonly isRead: boolean;
}) {
  if (!follow) return null;
  const text = isFollowed
    ? 'You follow it, and so are present: others see you in it.'
    : isRead
      ? 'It is read and not followed: what comes is shown when you read it again. Who follows it is present, and seen by others.'
      : 'What comes is shown to who follows it. That makes you present: others see you in it.';
  return (
    <Notice tone="accent" icon="people">
      {text}{' '}
      <Button size="small" onClick={() => follow(!isFollowed)}>
        {isFollowed ? 'Stop following' : 'Follow'}
      </Button>
    </Notice>
  );
}
