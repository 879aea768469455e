import { useClient, useNotifications, usePresence, useStatus, useTopic } from '@tidings/client/react';
import { useState } from 'react';
import { Assistant } from './Assistant.tsx';
import { Lobby } from './Lobby.tsx';

/** Shows why something that was asked for failed, until something else succeeds. */
export type Report = (asked: Promise<unknown>) => void;

export function App({ user }: { readonly user: string }) {
  const { state, reason } = useStatus();
  const [failure, setFailure] = useState<string>();
  const report: Report = (asked) =>
    void asked.then(
      () => setFailure(undefined),
      (error: Error) => setFailure(error.message),
    );
  const { users = [] } = usePresence('lobby');
  return (
    <>
      <h1>{user} looks at acme</h1>
      <p className="status">
        {reason === undefined ? state : `${state}: ${reason}`}
        {state === 'open' &&
          users.length > 0 &&
          `, with ${users.map(({ userId }) => userId).join(', ')} in the lobby`}
        {failure !== undefined && `. That failed: ${failure}`}
      </p>
      <main>
        <Interactions report={report} />
        <Lobby user={user} />
        <Bell user={user} report={report} />
        <Assistant report={report} />
      </main>
    </>
  );
}

function Interactions({ report }: { readonly report: Report }) {
  const client = useClient();
  const { data: totals = {}, isJoined } = useTopic('client', 'acme', { select: (acme) => acme?.totals });
  return (
    <section>
      <h2>Interactions</h2>
      <ul>
        {Object.entries(totals).map(([kind, total]) => (
          <li key={kind}>
            {kind}: {total}
          </li>
        ))}
        {!isJoined && <li className="quiet">…</li>}
      </ul>
      <button
        type="button"
        onClick={() => report(client.request('interaction.record', { clientId: 'acme', kind: 'click' }))}
      >
        Record a click
      </button>
    </section>
  );
}

function Bell({ user, report }: { readonly user: string; readonly report: Report }) {
  const client = useClient();
  const { items, unread, hasMore, loadMore, markAllRead } = useNotifications({ limit: 5 });
  const remind = () =>
    client.request('notification.send', { userId: user, kind: 'note', title: 'You asked to be reminded' });
  return (
    <section>
      <h2>Notifications ({unread} new)</h2>
      <ul>
        {items.map(({ id, title, read }) => (
          <li key={id} className={read ? 'quiet' : ''}>
            {title}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => report(remind())}>
        Remind me
      </button>{' '}
      <button type="button" onClick={() => report(markAllRead())}>
        All read
      </button>{' '}
      {hasMore && (
        <button type="button" onClick={() => report(loadMore())}>
          Older
        </button>
      )}
    </section>
  );
}
