import type { ConversationSnapshot, Turn } from '@tidings/client';

/** An answer that is under way, as far as its pieces have come in their order. */
interface Streaming {
  readonly streamId: string;
  readonly text: string;
  /** The last piece that is in the text; -1 before the first. */
  readonly idx: number;
  /** Pieces that overtook others. */
  readonly early: Readonly<Record<number, string>>;
}

/** A conversation as it is read: what was said, and what is being said. */
export interface Conversation {
  readonly turns: readonly Turn[];
  readonly stream?: Streaming;
}

export function fromSnapshot(snapshot: ConversationSnapshot | undefined): Conversation {
  const { turns = [], stream } = snapshot ?? {};
  return { turns, ...(stream && { stream: { ...stream, early: {} } }) };
}

interface ConversationEvent {
  readonly type: string;
  readonly payload: unknown;
}

type Payload = Partial<{
  streamId: string;
  text: string;
  status: Turn['status'];
  idx: number;
  delta: string;
}>;

/**
 * The conversation after an event. Pieces are in no log: who opens a page while an answer comes has them from the state
 * on, and where one is missing the text waits for its end, which brings all of it.
 */
export function afterEvent(before: Conversation, { type, payload }: ConversationEvent): Conversation {
  const { streamId = '', text = '', status, idx = 0, delta = '' } = payload as Payload;
  const { turns, stream } = before;
  switch (type) {
    case 'stream.start':
      return {
        turns: [...turns, { role: 'user', text }],
        stream: { streamId, text: '', idx: -1, early: {} },
      };
    case 'stream.delta':
      if (stream?.streamId !== streamId || idx <= stream.idx) return before;
      return { turns, stream: drained({ ...stream, early: { ...stream.early, [idx]: delta } }) };
    case 'stream.end':
      return { turns: [...turns, { role: 'assistant', streamId, text, ...(status && { status }) }] };
    default:
      return before;
  }
}

function drained(stream: Streaming): Streaming {
  let { text, idx } = stream;
  const early = { ...stream.early };
  for (let next = early[idx + 1]; next !== undefined; next = early[idx + 1]) {
    delete early[++idx];
    text += next;
  }
  return { ...stream, text, idx, early };
}
