import type { TidingsError } from '@tidings/client';
import { type NotificationItem, useNotifications } from '@tidings/client/react';
import { useState } from 'react';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Checkbox, TextField } from '../../ui/controls/Field.tsx';
import { Pill } from '../../ui/data/Pill.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { Empty, Failed, Loading } from '../../ui/layout/States.tsx';
import { AskError } from '../parts/AskError.tsx';
import { DomainPage } from '../parts/DomainPage.tsx';
import { ItemList } from '../parts/ItemList.tsx';
import list from '../parts/items.module.css';
import css from '../parts/parts.module.css';
import { When } from '../parts/When.tsx';
import { SampleButton } from '../sample/SampleButton.tsx';
import { SendDialog } from './SendDialog.tsx';

/** One's own notifications, as they are on all devices. */
export default function NotificationsPage() {
  const send = useRight('notification.send');
  const [isSending, setSending] = useState(false);
  return (
    <DomainPage
      title="Notifications"
      about="Yours, on all of your devices: what is read on one is read on all."
      path="/notifications"
      actions={
        <Button
          icon="plus"
          disabled={!send.may}
          title={send.may ? undefined : send.why}
          onClick={() => setSending(true)}
        >
          Send one
        </Button>
      }
    >
      <Notifications />
      <SendDialog isOpen={isSending} onClose={() => setSending(false)} />
    </DomainPage>
  );
}

const first = { kind: '', isUnread: false };

function Notifications() {
  const [filter, setFilter] = useKept('notifications.filter', first);
  const kind = filter.kind.trim();
  const { items, unread, hasMore, state, error, loadMore, markRead, markAllRead } = useNotifications({
    ...(kind !== '' && { kind }),
    ...(filter.isUnread && { unread: true }),
  });
  const [failed, setFailed] = useState<TidingsError>();
  const doing = (done: Promise<void>) => {
    setFailed(undefined);
    done.catch(setFailed);
  };
  return (
    <>
      <div className={css.toolbar}>
        <div className={css.grow}>
          <TextField
            label="Kind"
            hideLabel
            type="search"
            placeholder="Of one kind"
            value={filter.kind}
            onChange={({ target }) => setFilter({ ...filter, kind: target.value })}
          />
        </div>
        <Checkbox
          label="Unread ones alone"
          checked={filter.isUnread}
          onChange={({ target }) => setFilter({ ...filter, isUnread: target.checked })}
        />
        <span className={css.spacer} />
        <span className={css.count} role="status">
          {(unread > 0 || state === 'ready') && `${unread} unread`}
        </span>
        <Button icon="check" disabled={unread === 0} onClick={() => doing(markAllRead())}>
          Mark all read
        </Button>
      </div>
      <AskError error={failed} />
      {state === 'failed' ? (
        <Failed title="Notifications could not be read">{error?.message}</Failed>
      ) : state === 'loading' ? (
        <Loading lines={6} label="Waiting for notifications" />
      ) : items.length === 0 ? (
        <Empty
          title={kind !== '' || filter.isUnread ? 'None is like that' : 'Nothing for you yet'}
          icon="bell"
        >
          {kind !== '' || filter.isUnread ? (
            <Button onClick={() => setFilter(first)}>Show all of them</Button>
          ) : (
            <SampleButton of="notifications" />
          )}
        </Empty>
      ) : (
        <ItemList label="Notifications" items={items} keyOf={({ id }) => id}>
          {(item) => <Item key={item.id} item={item} onRead={() => doing(markRead([item.id]))} />}
        </ItemList>
      )}
      {hasMore && (
        <div>
          <Button onClick={() => doing(loadMore())}>Older ones</Button>
        </div>
      )}
    </>
  );
}

function Item({ item, onRead }: { readonly item: NotificationItem; onRead(): void }) {
  const { kind, title, body, data, at, read } = item;
  return (
    <li className={`${list.item} ${list.narrow}`} data-done={read}>
      <span className={list.dot} data-read={read} />
      <div className={list.words}>
        <p className={list.title}>
          {title} {!read && <span className="visually-hidden">(unread)</span>}
        </p>
        {body !== undefined && <p className={list.body}>{body}</p>}
        {data !== undefined && <Tree value={data} label={`Data of ${title}`} />}
        <p className={list.facts}>
          <Pill>{kind}</Pill> <When at={at} />
        </p>
      </div>
      <div className={list.act}>
        {!read && (
          <Button size="small" look="plain" icon="check" aria-label={`Mark read: ${title}`} onClick={onRead}>
            Mark read
          </Button>
        )}
      </div>
    </li>
  );
}
