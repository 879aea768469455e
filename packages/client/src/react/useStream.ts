import { useCallback } from 'react';
import type { Store } from '../base/store.ts';
import {
  type AnswerState,
  type AskOptions,
  type AssistantAnswer,
  askAssistant,
} from '../features/askAssistant.ts';
import { useClient } from './tidingsProvider.ts';
import { useBegun } from './useBegun.ts';
import { useStore } from './useStore.ts';

/** What `useStream` gives. */
export interface UsedStream {
  /** The answer to the last question in this conversation as far as it has come; absent before the first. */
  readonly answer: AnswerState | undefined;
  /** Asks, in the same conversation as before unless another is named. */
  ask(text: string, options?: AskOptions): AssistantAnswer;
  /** Ends the answer that is under way. */
  cancel(): Promise<void>;
}

const nothing: Store<undefined> = { subscribe: () => () => {}, getSnapshot: () => undefined };

const conversationOf = (answer: AssistantAnswer) => answer.getSnapshot().conversationId;

/**
 * A conversation with the assistant.
 *
 * @param conversationId one to go on with; when it changes, the answer of the former one is let go. @default a new one
 */
export function useStream(conversationId?: string): UsedStream {
  const client = useClient();
  const [current, setCurrent] = useBegun(client, conversationId, conversationOf);
  const ask = useCallback(
    (text: string, options: AskOptions = {}) => {
      const same = (current && conversationOf(current)) ?? conversationId;
      const answer = askAssistant(client, text, {
        ...(same !== undefined && { conversationId: same }),
        ...options,
      });
      setCurrent(answer);
      return answer;
    },
    [client, current, setCurrent, conversationId],
  );
  const cancel = useCallback(async () => current?.cancel(), [current]);
  return { answer: useStore<AnswerState | undefined>(current ?? nothing, undefined), ask, cancel };
}
