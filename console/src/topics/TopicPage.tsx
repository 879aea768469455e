import { useStatus } from '@tidings/client/react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Words } from '../contract/form/Words.tsx';
import type { ContractView } from '../contract/readContract.ts';
import { useRight } from '../contract/useRight.ts';
import { useSession } from '../session/useSession.ts';
import { Tabs } from '../ui/controls/Tabs.tsx';
import { Card, Page } from '../ui/layout/Page.tsx';
import { Notice } from '../ui/layout/States.tsx';
import { Followers } from './followers/Followers.tsx';
import { FollowNotice } from './followers/FollowNotice.tsx';
import { Presence } from './followers/Presence.tsx';
import { useFollowing } from './followers/useFollowing.ts';
import { Head } from './Head.tsx';
import type { FoundTopic } from './kinds.ts';
import { EventDetail } from './log/EventDetail.tsx';
import { EventList } from './log/EventList.tsx';
import { useTopicLog } from './log/useTopicLog.ts';
import { Refused } from './Refused.tsx';
import { Snapshot } from './Snapshot.tsx';
import { TopicLinks } from './TopicLinks.tsx';
import css from './topics.module.css';

export interface TopicPageProps {
  readonly contract: ContractView;
  readonly found: FoundTopic;
  /** Whose feed it is, where it is another person's. */
  readonly whose: string | undefined;
}

/** One topic: where it stands, its events as they come, what it is now, and who follows it. */
export function TopicPage({ contract, found, whose }: TopicPageProps) {
  const { name, view } = found;
  const session = useSession();
  const status = useStatus();
  const [, go] = useLocation();
  const [part, setPart] = useState('event');
  const isReader = useRight('topic.log').may && !name.endsWith(':*');
  const following = useFollowing(session.client, name, view.presence);
  const { isFollowed } = following;
  const [log, store] = useTopicLog(session, { name, whose, isFollowed, isReader, history: view.history });
  const [round, setRound] = useState(0);
  const [chosen, setChosen] = useState<string>();
  const newest = log.events.find(({ seq }) => seq !== undefined) ?? log.events[0];
  const event = log.events.find(({ key }) => key === chosen) ?? newest;
  const isLost = status.state !== 'open' && log.isJoined;
  const tabs = [
    { value: 'event', title: 'Event', content: <EventDetail event={event} who={view.who} /> },
    ...(whose === undefined && isFollowed && view.snapshot !== undefined
      ? [
          {
            value: 'snapshot',
            title: 'Snapshot',
            content: <Snapshot name={name} isRefused={!!log.refused} />,
          },
        ]
      : []),
    {
      value: 'followers',
      title: 'Followers',
      content: <Followers name={name} whose={whose} />,
    },
    ...(view.presence
      ? [
          {
            value: 'presence',
            title: 'Presence',
            content: <Presence key={String(isFollowed)} name={name} isFollowed={isFollowed} />,
          },
        ]
      : []),
  ];
  return (
    <Page
      title={whose === undefined ? name : `${name} of ${whose}`}
      about={<Words text={`${view.documentation} Who may subscribe: ${view.who}.`} />}
      actions={<TopicLinks contract={contract} name={name} onGo={go} whose={whose} />}
    >
      {whose !== undefined && (
        <Notice tone="accent" icon="lock">
          Another person’s feed is read and not followed: what comes is shown when you read it again.
        </Notice>
      )}
      {log.refused && <Refused error={log.refused} who={view.who} isReader={isReader} />}
      {!log.refused && <FollowNotice following={following} isRead={isReader} />}
      <Head {...{ name, whose, isFollowed, log, isLost, round }} />
      {(isReader || (isFollowed && !log.refused)) && (
        <div className={css.split}>
          <Card title="Events">
            <EventList
              log={log}
              store={store}
              chosen={event?.key}
              onChoose={(key) => {
                setChosen(key);
                setPart('event');
              }}
              hasNumbers={!name.endsWith(':*')}
              isFollowed={whose === undefined && isFollowed && !log.refused}
              onAgain={() => {
                store?.refresh();
                setRound((before) => before + 1);
              }}
            />
          </Card>
          <Card>
            <Tabs label={`About ${name}`} tabs={tabs} value={part} onChange={setPart} />
          </Card>
        </div>
      )}
    </Page>
  );
}
