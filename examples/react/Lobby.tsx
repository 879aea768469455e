import { useSend, useTopic } from '@tidings/client/react';
import { type FormEvent, useState } from 'react';

interface Said {
  readonly key: string;
  readonly from: string;
  readonly body: string;
}

/** A chat: what one sends oneself is shown at once, and stays where it was put. */
export function Lobby({ user }: { readonly user: string }) {
  const { data: said } = useTopic('room', 'lobby', {
    initial: (): readonly Said[] => [],
    reducer: (all, event) =>
      event.type === 'room.message'
        ? [...all, { key: `${event.epoch} ${event.seq}`, from: event.from ?? '', body: event.payload.body }]
        : all,
  });
  const { send, retry, dismiss, pending } = useSend('room.send', { topic: ['room', 'lobby'] });
  const [body, setBody] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (body === '') return;
    // What fails stays in `pending` with its error.
    send({ body }).catch(() => {});
    setBody('');
  }

  return (
    <section>
      <h2>The lobby</h2>
      <ul>
        {said.map(({ key, from, body: text }) => (
          <li key={key}>
            {from}: {text}
          </li>
        ))}
        {pending.map(({ ref, payload, state, error }) => (
          <li key={ref} className="quiet">
            {user}: {payload.body}
            {state === 'failed' && (
              <>
                {' '}
                ({error?.message}){' '}
                <button type="button" onClick={() => void retry(ref).catch(() => {})}>
                  Again
                </button>{' '}
                <button type="button" onClick={() => dismiss(ref)}>
                  Forget it
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <input
          aria-label="Say something"
          placeholder="Say something"
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
        <button type="submit">Send</button>
      </form>
    </section>
  );
}
