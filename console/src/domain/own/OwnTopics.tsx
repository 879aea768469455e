import { useClient } from '@tidings/client/react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { EventView, KindView } from '../../contract/readContract.ts';
import { useKept } from '../../session/useKept.ts';
import { FollowNotice } from '../../topics/followers/FollowNotice.tsx';
import { useFollowing } from '../../topics/followers/useFollowing.ts';
import { TextField } from '../../ui/controls/Field.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { Card } from '../../ui/layout/Page.tsx';
import { useRecentEvents } from '../log/useRecentEvents.ts';
import { Followed } from '../parts/DomainPage.tsx';
import parts from '../parts/parts.module.css';
import { pathOf } from '../parts/useBelow.ts';
import { When } from '../parts/When.tsx';
import css from './own.module.css';
import { type SentRequest, sentId } from './sentTopic.ts';
import { useFreshSnapshot } from './useFreshSnapshot.ts';

/** The topics of a feature, one of each kind followed by its id; and what comes on the feeds that all apps have. */
export function OwnTopics({
  kinds,
  events,
  sent,
}: {
  readonly kinds: readonly KindView[];
  readonly events: readonly EventView[];
  /** What was asked for last: the topic that it was about is then the one that is followed. */
  readonly sent: SentRequest | undefined;
}) {
  const own = new Set(kinds.map(({ address }) => address));
  const followed = kinds.filter(({ address }) => !address.endsWith(':*'));
  const feeds = ['user:me', 'tenant'].filter(
    (feed) => !own.has(feed) && events.some(({ topics }) => topics.includes(feed)),
  );
  return (
    <>
      {followed.map((kind) => (
        <OwnTopic key={kind.address} kind={kind} sent={sent} />
      ))}
      {feeds.map((feed) => (
        <Card key={feed} title={feed}>
          <Events
            name={feed}
            types={events.filter(({ topics }) => topics.includes(feed)).map(({ type }) => type)}
          />
        </Card>
      ))}
    </>
  );
}

function OwnTopic({ kind: view, sent }: { readonly kind: KindView; readonly sent: SentRequest | undefined }) {
  const { kind, address, varies, example, who, documentation, presence } = view;
  const [id, setId] = useKept(`own.id.${kind}`, example.slice(example.indexOf(':') + 1));
  const was = sent && sentId(view, sent);
  // Also where the same is sent once more after another was looked at.
  useEffect(() => {
    if (was !== undefined) setId(was);
  }, [sent, was, setId]);
  const name = varies === undefined ? kind : `${kind}:${id}`;
  const isId = varies === undefined || new RegExp(`^(?:${varies})$`, 'u').test(id);
  return (
    <Card title={address}>
      <p className={parts.quiet}>
        {documentation} Who may follow it: {who}.
      </p>
      {varies !== undefined && (
        <div className={css.id}>
          <TextField
            label={`Which ${kind}`}
            value={id}
            error={isId ? undefined : `must match ${varies}`}
            onChange={({ target }) => setId(target.value)}
          />
        </div>
      )}
      {isId && <Chosen key={name} name={name} who={who} hasPresence={presence} />}
    </Card>
  );
}

interface LiveProps {
  readonly name: string;
  readonly who: string;
}

/** Where who follows is seen by others it is followed once somebody says so. */
function Chosen({ hasPresence, ...live }: LiveProps & { readonly hasPresence: boolean }) {
  const following = useFollowing(useClient(), live.name, hasPresence);
  return (
    <>
      <FollowNotice following={following} isRead={false} />
      {following.isFollowed && <Live {...live} />}
    </>
  );
}

function Live({ name, who }: LiveProps) {
  const { snapshot, isJoined, error } = useFreshSnapshot(name);
  return (
    <Followed what={name} isJoined={isJoined} error={error} who={who} lines={3}>
      {snapshot !== undefined && (
        <div className={parts.part}>
          <h3>Now</h3>
          <Tree value={snapshot} label={`The state of ${name}`} />
        </div>
      )}
      <div className={parts.part}>
        <h3>Events</h3>
        <Events name={name} />
      </div>
      <p>
        <Link href={pathOf('/topics', name)}>All of {name}</Link>
      </p>
    </Followed>
  );
}

interface EventsProps {
  readonly name: string;
  /** Those alone. @default all */
  readonly types?: readonly string[];
}

const shownEvents = 30;

function Events({ name, types }: EventsProps) {
  const { events, isRead } = useRecentEvents(name);
  const [open, setOpen] = useState<string>();
  const shown = events
    .filter(({ type }) => types?.includes(type) ?? true)
    .slice(-shownEvents)
    .reverse();
  if (shown.length === 0) {
    return (
      <p className={parts.quiet}>
        {isRead ? 'None that is still kept. They come here as they happen.' : 'Reading…'}
      </p>
    );
  }
  return (
    <ul className={css.events}>
      {shown.map(({ key, type, from, ts, payload }) => {
        return (
          <li key={key} className={css.event}>
            <button
              type="button"
              className={css.line}
              aria-expanded={open === key}
              onClick={() => setOpen(open === key ? undefined : key)}
            >
              <span>{ts !== undefined && <When at={ts} />}</span>
              <span className={css.type}>{type}</span>
              <span className={css.from}>{from}</span>
              <code className={css.payload}>{JSON.stringify(payload)}</code>
            </button>
            {open === key && <Tree value={payload} label={`Payload of ${type}`} />}
          </li>
        );
      })}
    </ul>
  );
}
