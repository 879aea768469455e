import { useClient, useStatus, useTopic } from '@tidings/client/react';
import { type FormEvent, useState } from 'react';

/** The open tickets of a client, as they are at any moment. */
export function Tickets({ clientId }: { readonly clientId: string }) {
  const { state, reason } = useStatus();
  const { data, isJoined } = useTopic('tickets', clientId);
  const client = useClient();
  const [title, setTitle] = useState('');
  const [failure, setFailure] = useState('');
  const report = (asked: Promise<unknown>) =>
    void asked.then(
      () => setFailure(''),
      (error: Error) => setFailure(error.message),
    );

  function submit(event: FormEvent) {
    event.preventDefault();
    report(client.request('ticket.create', { clientId, title }));
    setTitle('');
  }

  return (
    <>
      <h1>Open tickets of {clientId}</h1>
      <p className="quiet">{failure || (reason ? `${state}: ${reason}` : state)}</p>
      <ul>
        {data?.open.map(({ ticketId, title, assignee }) => (
          <li key={ticketId}>
            <span>{title}</span>
            {assignee && <em>{assignee}</em>}
            <button
              type="button"
              onClick={() => report(client.request('ticket.close', { clientId, ticketId }))}
            >
              Close
            </button>
          </li>
        ))}
        {isJoined && data?.open.length === 0 && <li className="quiet">None. Open one below.</li>}
      </ul>
      <form onSubmit={submit}>
        <input
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          placeholder="What is wrong?"
          required
        />{' '}
        <button type="submit">Open a ticket</button>
      </form>
    </>
  );
}
