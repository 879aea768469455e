import { CopyButton } from '../../ui/controls/Copy.tsx';
import { Facts } from '../../ui/data/Facts.tsx';
import { Time } from '../../ui/data/Time.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { byteText } from '../../ui/data/timeText.ts';
import { Empty } from '../../ui/layout/States.tsx';
import css from '../topics.module.css';
import type { LogEvent } from './event.ts';

/** One event whole. @param who who may see what is in it */
export function EventDetail({ event, who }: { readonly event: LogEvent | undefined; readonly who: string }) {
  if (!event) return <Empty title="No event is chosen">Choose one of the list.</Empty>;
  const { type, topic, seq, epoch, id, from, ts, receivedAt, bytes } = event;
  const isThere = 'payload' in event;
  return (
    <div className={css.detail}>
      <Facts
        facts={[
          ['Type', <code key="type">{type}</code>],
          ['Topic', <code key="topic">{topic}</code>],
          [
            'Position',
            seq === undefined ? 'none: it is not in the log' : <code key="at">{`${epoch} / ${seq}`}</code>,
          ],
          ...(id === undefined ? [] : ([['Id', <code key="id">{id}</code>]] as const)),
          ...(from === undefined ? [] : ([['From', from]] as const)),
          ...(ts === undefined ? [] : ([['Happened', <Time key="ts" at={ts} precise />]] as const)),
          ...(receivedAt === undefined
            ? []
            : ([['Came here', <Came key="came" at={receivedAt} ts={ts} />]] as const)),
          ...(bytes === undefined ? [] : ([['Size', byteText(bytes)]] as const)),
        ]}
      />
      <div className={css.payloadHead}>
        <h3>Payload</h3>
        {isThere && (
          <CopyButton text={JSON.stringify(event.payload, undefined, 2)} label="Copy the payload" />
        )}
      </div>
      {isThere ? (
        <Tree key={event.key} value={event.payload} label="Payload" />
      ) : (
        <p className={css.quiet}>It is shown to who may subscribe: {who}.</p>
      )}
    </div>
  );
}

/** The two clocks are of two machines: what lies between is as exact as they agree. */
const Came = ({ at, ts }: { readonly at: number; readonly ts: number | undefined }) => (
  <>
    <Time at={at} precise />
    {ts !== undefined && Math.abs(at - ts) < 60_000 && ` · ${at - ts} ms later`}
  </>
);
