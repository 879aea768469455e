import type { AnyEvent, TidingsContract, Turn } from '@tidings/client';
import { type AnswerState, useTopic } from '@tidings/client/react';
import { Button } from '../../ui/controls/Button.tsx';
import { Pill } from '../../ui/data/Pill.tsx';
import { Scrollable } from '../../ui/layout/Scrollable.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import { AskError } from '../parts/AskError.tsx';
import { Followed } from '../parts/DomainPage.tsx';
import { useAsk } from '../parts/useAsk.ts';
import talk from '../talk/talk.module.css';
import { useStickToEnd } from '../talk/useStickToEnd.ts';
import css from './assistant.module.css';
import { afterEvent, type Conversation, fromSnapshot } from './conversation.ts';

export interface TalkProps {
  readonly conversationId: string | undefined;
  /** The answer to what was asked here last. */
  readonly answer: AnswerState | undefined;
  /** What that was. */
  readonly question: string;
}

export function Talk({ conversationId, ...asked }: TalkProps) {
  return conversationId === undefined ? (
    <Turns conversation={nothingSaid} {...asked} />
  ) : (
    <Following conversationId={conversationId} {...asked} />
  );
}

const nothingSaid: Conversation = { turns: [] };

function Following({
  conversationId,
  ...asked
}: Omit<TalkProps, 'conversationId'> & { readonly conversationId: string }) {
  const { data, isJoined, error } = useTopic('conversation', conversationId, {
    initial: fromSnapshot,
    reducer: (state: Conversation, event: AnyEvent<TidingsContract>) => afterEvent(state, event),
  });
  // Who has just asked sees the answer before the conversation has been read.
  const isThere = isJoined || asked.answer !== undefined;
  return (
    <Followed what="this conversation" isJoined={isThere} error={error} who="its owner">
      <Turns conversation={data} {...asked} />
    </Followed>
  );
}

function Turns({
  conversation: { turns, stream },
  answer,
  question,
}: Omit<TalkProps, 'conversationId'> & { readonly conversation: Conversation }) {
  const ours = answer?.streamId;
  const isSeen =
    ours !== undefined && (stream?.streamId === ours || turns.some(({ streamId }) => streamId === ours));
  const isAhead = answer !== undefined && !isSeen && answer.state !== 'error';
  const text = isAhead
    ? answer.text
    : stream &&
      (stream.streamId === ours && answer && answer.text.length > stream.text.length
        ? answer.text
        : stream.text);
  const underWay = isAhead ? (answer.streamId ?? 'asked') : stream?.streamId;
  const end = useStickToEnd(`${turns.length} ${text?.length} ${underWay}`);
  return (
    <>
      <Scrollable label="What was said" className={`${talk.said} ${css.turns}`} {...end}>
        {turns.length === 0 && underWay === undefined && (
          <Empty title="Nothing was asked yet" icon="assistant">
            Begin below. Only you see a conversation of yours.
          </Empty>
        )}
        <ol>
          {turns.map((turn, at) => (
            <Said key={turn.streamId ?? at} turn={turn} />
          ))}
          {isAhead && <Said turn={{ role: 'user', text: question }} />}
          {underWay !== undefined && (
            <li key={underWay} className={css.turn} data-role="assistant">
              <p className={css.words}>
                {text}
                <span className={css.caret} aria-hidden="true" />
              </p>
            </li>
          )}
        </ol>
        <AskError error={answer?.state === 'error' ? answer.error : undefined} />
      </Scrollable>
      {underWay !== undefined && underWay !== 'asked' && <Stop streamId={underWay} />}
    </>
  );
}

/** How an answer ended that did not come to its end. */
const endings: Readonly<Record<string, string>> = { cancelled: 'stopped', error: 'broken off' };

function Said({ turn: { role, text, status } }: { readonly turn: Turn }) {
  const ending = status && endings[status];
  return (
    <li className={css.turn} data-role={role}>
      <span className="visually-hidden">{role === 'user' ? 'You: ' : 'Assistant: '}</span>
      <p className={css.words}>
        {text} {ending && <Pill tone={status === 'error' ? 'bad' : 'warn'}>{ending}</Pill>}
      </p>
    </li>
  );
}

function Stop({ streamId }: { readonly streamId: string }) {
  const { ask, isBusy, error } = useAsk('assistant.cancel');
  return (
    <div className={css.stop}>
      <AskError error={error} />
      <Button size="small" icon="pause" disabled={isBusy} onClick={() => void ask({ streamId })}>
        Stop the answer
      </Button>
    </div>
  );
}
