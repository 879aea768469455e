import { useTask } from '../base/useTask.ts';
import type { ContractView } from '../contract/readContract.ts';
import { useSession } from '../session/useSession.ts';
import { Pill } from '../ui/data/Pill.tsx';
import { Time } from '../ui/data/Time.tsx';
import { duration } from '../ui/data/timeText.ts';
import { asking, rightTo } from './kinds.ts';
import type { TopicLog } from './log/createTopicLog.ts';
import css from './topics.module.css';

export interface HeadProps {
  readonly contract: ContractView;
  readonly roles: readonly string[];
  readonly name: string;
  readonly whose: string | undefined;
  readonly log: TopicLog;
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
export function Head({ contract, roles, name, whose, log, isLost }: HeadProps) {
  const { client } = useSession();
  const isTold = rightTo(contract, 'topic.describe', roles).isGiven;
  const [task] = useTask<Described | undefined>(`${name} ${whose} ${isTold} ${log.isJoined}`, async () => {
    const asked = { topic: name, ...(whose !== undefined && { userId: whose }) };
    return isTold
      ? (asking(client)('topic.describe', asked) as Promise<unknown> as Promise<Described>)
      : undefined;
  });
  const told = task.value;
  const newest = log.events.find(({ seq, ts }) => seq !== undefined && ts !== undefined);
  const head = log.head ?? (told?.epoch ? { epoch: told.epoch, seq: told.seq } : undefined);
  const at = newest?.ts ?? told?.updatedAt;
  const facts = [
    ...(name.endsWith(':*')
      ? [['Position', 'each topic has its own']]
      : [
          ['Epoch', head && head.epoch !== '' ? <code key="epoch">{head.epoch}</code> : 'none yet'],
          ['Seq', <code key="seq">{head?.seq ?? 0}</code>],
        ]),
    ['Newest event', at === undefined ? 'none yet' : <Time key="at" at={at} precise />],
    ...(told
      ? [
          ['Followers', followersText(told)],
          ['Kept for', duration(told.retainedMs)],
        ]
      : []),
    ['State', <State key="state" log={log} whose={whose} isLost={isLost} />],
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

function State({ log, whose, isLost }: Pick<HeadProps, 'log' | 'whose' | 'isLost'>) {
  if (whose !== undefined) return <Pill>read</Pill>;
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
