import { isText, listOf } from '../base/incoming.ts';
import { iterate, type Listen } from '../base/iterate.ts';
import { rethrow } from '../base/liveStore.ts';
import { createStore, type Store } from '../base/store.ts';
import type { TidingsError } from '../base/tidingsError.ts';
import { whenClosed } from '../base/whenClosed.ts';
import type { AnyClient, Client, RequestOptions } from '../client.ts';
import type { Topic } from '../topics/topic.ts';
import { assemble } from './assembly.ts';
import type { ConversationSnapshot, TidingsContract, Turn } from './tidingsContract.ts';

/** How far an answer has come. */
export interface AnswerState {
  readonly conversationId: string | undefined;
  readonly streamId: string | undefined;
  /** The answer up to now, without a hole. */
  readonly text: string;
  readonly state: 'asking' | 'streaming' | 'complete' | 'cancelled' | 'error';
  readonly error: TidingsError | undefined;
}

/** An answer of the assistant, as it comes. */
export interface AssistantAnswer extends Store<AnswerState>, AsyncIterable<string> {
  /** Resolves when it is over, whatever became of it. @throws TidingsError when it could not be asked or followed; `closed` */
  readonly done: Promise<AnswerState>;
  /** Ends it within a second, once it has begun; what came until then stays. @throws TidingsError when it goes on */
  cancel(): Promise<void>;
}

/** How the assistant is asked. */
export interface AskOptions extends Pick<RequestOptions, 'ref' | 'signal' | 'offline'> {
  /** Goes on with a conversation. @default a new one */
  readonly conversationId?: string;
}

type End = TidingsContract['events']['stream.end'];

const maxPieces = 10_000;
const ended = /^(complete|cancelled|error)$/;

/**
 * Asks the assistant, and gives the answer as it comes.
 *
 * @example
 * for await (const piece of askAssistant(client, 'What happened today?')) show(piece);
 */
export function askAssistant(
  anyClient: AnyClient,
  text: string,
  { conversationId: known, ...options }: AskOptions = {},
): AssistantAnswer {
  const client: Pick<Client, 'topic' | 'request' | 'status'> = anyClient;
  const first: AnswerState = {
    conversationId: known,
    streamId: undefined,
    text: '',
    state: 'asking',
    error: undefined,
  };
  const store = createStore(first, rethrow);
  const assembly = assemble(
    (more) => change({ text: store.getSnapshot().text + more }),
    () => void refresh(),
  );
  const readers = new Set<() => void>();
  const early: (() => void)[] = [];
  let finish = () => {};
  let fail = (_: unknown) => {};
  const over = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  // A refusal may come while the question is still on its way.
  over.catch(() => {});
  let refresh = async () => {};
  let letGo = () => {};

  const change = (more: Partial<AnswerState>) => {
    store.set({ ...store.getSnapshot(), ...more });
    for (const look of [...readers]) look();
  };
  const isOver = () => ended.test(store.getSnapshot().state);

  async function run(): Promise<AnswerState> {
    const stop = whenClosed(client, fail);
    try {
      await follow();
    } catch (error) {
      change({ state: 'error', error: error as TidingsError });
      throw error;
    } finally {
      stop();
      letGo();
    }
    return store.getSnapshot();
  }

  async function follow() {
    // Joined before it is asked: whatever comes before the answer to `ask` has arrived is not lost.
    if (known !== undefined) {
      listen(client.topic('conversation', known));
      await client.topic('conversation', known).joined();
    }
    const asked = { text, ...(known !== undefined && { conversationId: known }) };
    const { conversationId, streamId } = await client.request('assistant.ask', asked, options);
    change({ conversationId, streamId, state: 'streaming' });
    const topic = client.topic('conversation', conversationId);
    if (known === undefined) listen(topic);
    for (const again of early.splice(0)) again();
    await over;
  }

  /** What comes before the answer that says which stream is ours waits for it. */
  function whenAsked(act: (ours: string) => void) {
    const { streamId } = store.getSnapshot();
    if (streamId === undefined) early.push(() => whenAsked(act));
    else act(streamId);
  }

  function listen(topic: Topic<TidingsContract, 'conversation'>) {
    const hear = (streamId: string, act: () => void) =>
      whenAsked((ours) => {
        if (ours === streamId) act();
      });
    const look = (snapshot: ConversationSnapshot | undefined) => {
      const ours = store.getSnapshot().streamId;
      if (ours === undefined) early.push(() => look(topic.snapshot));
      else if (snapshot?.stream?.streamId === ours) assembly.begin(snapshot.stream.text, snapshot.stream.idx);
      else if (snapshot) whenAnswered(snapshot, ours);
    };
    refresh = refresher(topic, look);
    let wasJoined = topic.isJoined;
    /** The log brings back what was missed, but pieces are in no log. */
    const onJoined = () => {
      if (wasJoined) whenAsked(() => void refresh());
      wasJoined = true;
    };
    const stops = [
      topic.on('joined', onJoined),
      topic.on('stream.delta', ({ payload }) => hear(payload.streamId, () => assembly.add(payload))),
      topic.on('stream.end', ({ payload }) =>
        hear(payload.streamId, () => end(payload.status, payload.text)),
      ),
      topic.on('error', fail),
    ];
    // The first state of a conversation that was there before is of before the question.
    const watch = () => stops.push(topic.on('snapshot', look));
    if (known === undefined) watch();
    else topic.joined().then(watch, fail);
    letGo = () => {
      for (const stop of stops) stop();
    };
  }

  /** Asks for the whole state of a conversation: one question at a time. */
  function refresher(
    { name }: Topic<TidingsContract, 'conversation'>,
    look: (snapshot: ConversationSnapshot | undefined) => void,
  ) {
    type Subscribe = (
      action: 'subscribe',
      payload: object,
      options: RequestOptions,
    ) => Promise<{ readonly snapshot?: ConversationSnapshot }>;
    let isAsking = false;
    return async () => {
      if (isAsking || isOver()) return;
      isAsking = true;
      try {
        // Without a position the answer is a state; for the server the topic is followed as before.
        const request = client.request as unknown as Subscribe;
        const { snapshot } = await request('subscribe', {}, { topic: name, offline: 'fail' });
        if (!isOver()) look(snapshot);
      } catch {
        // The next hole or connection asks again, and the end of the answer brings all of it.
      } finally {
        isAsking = false;
      }
    };
  }

  function end(state: End['status'], whole: string) {
    if (isOver()) return;
    assembly.finish(whole);
    change({ state: isText(state) && ended.test(state) ? state : 'error' });
    finish();
  }

  /** A state of after the answer, whose end was missed. */
  function whenAnswered({ turns }: ConversationSnapshot, ours: string) {
    const turn = listOf<Turn>(turns).find(({ streamId }) => streamId === ours);
    if (turn?.status) end(turn.status, turn.text);
  }

  async function cancel() {
    await begun();
    const { streamId } = store.getSnapshot();
    if (streamId === undefined || isOver()) return;
    try {
      await client.request('assistant.cancel', { streamId });
    } catch (error) {
      // It came to its end meanwhile: there was nothing left to cancel.
      if (!isOver()) throw error;
    }
  }

  /** Resolves when the answer has an id, or will never have one. */
  function begun(): Promise<void> {
    return new Promise((resolve) => {
      const stop = store.subscribe(look);
      function look() {
        if (store.getSnapshot().state === 'asking') return;
        stop();
        resolve();
      }
      look();
    });
  }

  /** What the text has at first, and what is added to it. */
  const pieces: Listen<string> = (onValue, onError, onEnd) => {
    let read = 0;
    const look = () => {
      const { text, error } = store.getSnapshot();
      if (text.length > read) onValue(text.slice(read));
      read = text.length;
      if (error) onError(error);
      else if (isOver()) onEnd();
    };
    readers.add(look);
    look();
    return () => void readers.delete(look);
  };

  const done = run();
  // Whoever only looks at the state or iterates learns of it there.
  done.catch(() => {});

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    done,
    cancel,
    [Symbol.asyncIterator]: () => iterate(pieces, maxPieces, options.signal),
  };
}
