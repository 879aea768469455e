import { useEffect } from 'react';
import { useTask } from '../base/useTask.ts';
import { useRight } from '../contract/useRight.ts';
import { useSession } from '../session/useSession.ts';
import { Pill } from '../ui/data/Pill.tsx';
import { Time } from '../ui/data/Time.tsx';
import { duration } from '../ui/data/timeText.ts';
import { asking, topicOf } from './kinds.ts';
import type { TopicLog } from './log/createTopicLog.ts';
import css from './topics.module.css';

export interface HeadProps {
  readonly name: string;
  readonly whose: string | undefined;
  /** Otherwise it is only read. */
  readonly isFollowed: boolean;
  readonly log: TopicLog;
  /** Grows when all is to be read again. */
  readonly round: number;
  /** There is no connection for the moment. */
  readonly isLost: boolean;
}

/** What is stored of a topic, as an admin is told. */
interface Described {
  readonly epoch: string | null;
  readonly seq: number;
  readonly updatedAt?: number;
  readonly followers: number;
  readonly followersOfAll?: number;
  readonly retainedMs: number;
}

/** Where a topic stands: what is known by following it, and what an admin is told besides. */
export function Head(props: HeadProps) {
  const { name, whose, isFollowed, log, isLost, round } = props;
  const { client } = useSession();
  const isTold = useRight('topic.describe').may;
  const key = `${name} ${whose} ${isTold} ${log.isJoined} ${round}`;
  const [task, again] = useTask<Described | undefined>(key, async () => {
    const asked = { topic: name, ...(whose !== undefined && { userId: whose }) };
    return isTold
      ? (asking(client)('topic.describe', asked) as Promise<unknown> as Promise<Described>)
      : undefined;
  });
  // How many follow it changes without an event of the topic's.
  useEffect(() => {
    if (whose === undefined && isFollowed) return topicOf(client, name).on('presence' as never, again);
  }, [client, name, whose, isFollowed, again]);
  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && again();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [again]);
  const told = task.value;
  const newest = log.events.find(({ seq, ts }) => seq !== undefined && ts !== undefined);
  const head = log.head ?? (told?.epoch ? { epoch: told.epoch, seq: told.seq } : undefined);
  // A head that nothing has come to yet has a time all the same: when it was made.
  const at = newest?.ts ?? (told && told.seq > 0 ? told.updatedAt : undefined);
  // Who does not follow it and is told nothing knows nothing of it; others do not yet.
  const isUntold = task.state === 'failed' || !(isTold || (isFollowed && !log.refused));
  const isKnown = told || log.isJoined;
  const none = isKnown ? 'none yet' : isUntold ? 'not told' : '…';
  const facts = [
    ...(name.endsWith(':*')
      ? [['Position', 'each topic has its own']]
      : [
          ['Epoch', head && head.epoch !== '' ? <code key="epoch">{head.epoch}</code> : none],
          ['Seq', isKnown ? <code key="seq">{head?.seq ?? 0}</code> : none],
        ]),
    ['Newest event', at === undefined ? none : <Time key="at" at={at} precise />],
    ...(isTold
      ? [
          ['Followers', told ? followersText(told) : none],
          ['Kept for', told ? duration(told.retainedMs) : none],
        ]
      : []),
    ['State', <State key="state" {...{ log, whose, isFollowed, isLost }} />],
  ] as const;
  return (
    <dl className={css.head}>
      {facts.map(([title, value]) => (
        <div key={String(title)}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const followersText = ({ followers, followersOfAll = 0 }: Described) =>
  followersOfAll > 0 ? `${followers}, and ${followersOfAll} of all of the kind` : String(followers);

function State({
  log,
  whose,
  isFollowed,
  isLost,
}: Pick<HeadProps, 'log' | 'whose' | 'isFollowed' | 'isLost'>) {
  if (whose !== undefined || !isFollowed) return <Pill>read</Pill>;
  if (log.refused) return <Pill tone="warn">not followed</Pill>;
  if (isLost) return <Pill tone="warn">reconnecting</Pill>;
  return log.isJoined ? (
    <Pill tone="good" dot>
      live
    </Pill>
  ) : (
    <Pill tone="warn">joining</Pill>
  );
}
