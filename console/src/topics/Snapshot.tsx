import { useSyncExternalStore } from 'react';
import { useSession } from '../session/useSession.ts';
import { CopyButton } from '../ui/controls/Copy.tsx';
import { Tree } from '../ui/data/Tree.tsx';
import { Empty, Loading } from '../ui/layout/States.tsx';
import { topicOf } from './kinds.ts';
import css from './topics.module.css';

/** What a topic is now. It changes as its events come. */
export function Snapshot({ name, isRefused }: { readonly name: string; readonly isRefused: boolean }) {
  const { client } = useSession();
  const topic = topicOf(client, name);
  const snapshot: unknown = useSyncExternalStore(topic.subscribe, topic.getSnapshot);
  if (isRefused)
    return (
      <Empty icon="lock" title="Not for you">
        It is shown to who may subscribe.
      </Empty>
    );
  if (snapshot === undefined) {
    return topic.isJoined ? (
      <Empty title="It has no state">Its events are all that there is.</Empty>
    ) : (
      <Loading lines={5} />
    );
  }
  return (
    <div className={css.detail}>
      <div className={css.payloadHead}>
        <h3>Now</h3>
        <CopyButton text={JSON.stringify(snapshot, undefined, 2)} label="Copy the snapshot" />
      </div>
      <Tree value={snapshot} label="Snapshot" />
    </div>
  );
}
