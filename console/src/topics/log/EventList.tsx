import { memo, useLayoutEffect, useRef } from 'react';
import { Button } from '../../ui/controls/Button.tsx';
import { ReadAgain } from '../../ui/controls/ReadAgain.tsx';
import { Time } from '../../ui/data/Time.tsx';
import { Scrollable } from '../../ui/layout/Scrollable.tsx';
import { Empty, Loading } from '../../ui/layout/States.tsx';
import css from '../topics.module.css';
import type { TopicLog, TopicLogStore } from './createTopicLog.ts';
import type { LogEvent } from './event.ts';

export interface EventListProps {
  readonly log: TopicLog;
  readonly store: TopicLogStore | undefined;
  readonly chosen: string | undefined;
  readonly hasNumbers: boolean;
  /** Whether what comes is shown as it comes. */
  readonly isFollowed: boolean;
  onChoose(key: string): void;
  /** Reads the newest again. */
  onAgain(): void;
}

/** A topic's events, the newest first. What comes is put above, and what one looks at stays where it is. */
export function EventList(props: EventListProps) {
  const { log, store, chosen, hasNumbers, isFollowed, onChoose, onAgain } = props;
  const { events, more, isReading, failure } = log;
  const frame = useStillFrame(events[0]?.key);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  return (
    <>
      <Scrollable ref={frame} label="Events, the newest first" className={css.events}>
        {events.length === 0 &&
          (isReading ? (
            <Loading label="Reading events" lines={5} />
          ) : (
            <Nothing failure={failure} isFollowed={isFollowed} />
          ))}
        <ol>
          {events.map((event) => (
            <Row
              key={event.key}
              event={event}
              isChosen={event.key === chosen}
              hasNumbers={hasNumbers}
              onChoose={choose}
            />
          ))}
        </ol>
      </Scrollable>
      <div className={css.actions}>
        {more && (
          <Button size="small" disabled={isReading} onClick={store?.older}>
            Older
          </Button>
        )}
        <ReadAgain isReading={isReading} onClick={onAgain} />
        {failure && events.length > 0 && <span className={css.bad}>{failure.message}</span>}
      </div>
    </>
  );
}

const Nothing = ({
  failure,
  isFollowed,
}: {
  readonly failure: Error | undefined;
  readonly isFollowed: boolean;
}) =>
  failure ? (
    <Empty icon="faults" title="What was before cannot be read">
      {failure.message}
    </Empty>
  ) : (
    <Empty icon="topics" title="No events">
      Nothing has come yet, or nothing is kept. What comes is shown{' '}
      {isFollowed ? 'at once' : 'when you read it again'}.
    </Empty>
  );

/** Keeps what is seen in its place when rows are put above it; at the top the newest is what is seen. */
function useStillFrame(newest: string | undefined) {
  const frame = useRef<HTMLElement>(null);
  const height = useRef(0);
  // `newest` says that rows were put above.
  useLayoutEffect(() => {
    const list = frame.current;
    if (!list) return;
    if (newest !== undefined && list.scrollTop > 0) list.scrollTop += list.scrollHeight - height.current;
    height.current = list.scrollHeight;
  }, [newest]);
  return frame;
}

interface RowProps {
  readonly event: LogEvent;
  readonly isChosen: boolean;
  readonly hasNumbers: boolean;
  readonly onChoose: { readonly current: (key: string) => void };
}

const Row = memo(({ event, isChosen, hasNumbers, onChoose }: RowProps) => {
  const { key, seq, type, topic, from, ts, receivedAt } = event;
  const at = ts ?? receivedAt;
  return (
    <li>
      <button
        type="button"
        className={css.event}
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => onChoose.current(key)}
      >
        <span className={css.seq}>{seq ?? '–'}</span>
        <span className={css.type}>{type}</span>
        <span className={css.from}>{hasNumbers ? from : topic}</span>
        <span className={css.when}>{at !== undefined && <Time at={at} precise />}</span>
        <span className={receivedAt === undefined ? css.fromLog : css.live}>
          {receivedAt === undefined ? 'log' : 'live'}
        </span>
      </button>
    </li>
  );
});
