import { useTopic } from '@tidings/client/react';
import { useRight, useWho } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import type { LogEvent } from '../../topics/log/event.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { TextArea, TextField } from '../../ui/controls/Field.tsx';
import { Facts } from '../../ui/data/Facts.tsx';
import { useRecentEvents } from '../log/useRecentEvents.ts';
import { AskError } from '../parts/AskError.tsx';
import { Followed } from '../parts/DomainPage.tsx';
import { AskForm } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { Drawer, Part } from '../parts/Split.tsx';
import { useAsk } from '../parts/useAsk.ts';
import { useRequestForm } from '../parts/useRequestForm.ts';
import { When } from '../parts/When.tsx';
import css from './engagement.module.css';
import { eventText } from './eventText.ts';

/** One client: where it stands, what happened with it, and what can be done. */
export function ClientDrawer({ clientId, onClose }: { readonly clientId: string; onClose(): void }) {
  const { data, isJoined, error } = useTopic('client', clientId);
  const log = useRecentEvents(`client:${clientId}`);
  const who = useWho('client:<id>');
  return (
    <Drawer title={clientId} onClose={onClose}>
      <Followed what={`the client ${clientId}`} isJoined={isJoined} error={error} {...(who && { who })}>
        {data && (
          <>
            <Engagement engagement={data.engagement} />
            <UpdateForm clientId={clientId} />
            <Totals clientId={clientId} totals={data.totals} />
            <Part title="What happened">
              {log.events.length === 0 && (
                <p className={parts.quiet}>{log.isRead ? 'Nothing that is still kept.' : 'Reading…'}</p>
              )}
              <Events events={log.events} />
            </Part>
          </>
        )}
      </Followed>
    </Drawer>
  );
}

interface Engaged {
  readonly status: string | null;
  readonly score: number | null;
  readonly note: string | null;
  readonly updatedAt: number | null;
  readonly version: number;
}

function Engagement({ engagement }: { readonly engagement: Engaged }) {
  const { status, score, note, updatedAt, version } = engagement;
  return (
    <Facts
      facts={[
        ['Status', status ?? 'none'],
        ['Score', score ?? 'none'],
        ['Note', note ?? 'none'],
        ['Updated', updatedAt === null ? 'never' : <When key="at" at={updatedAt} />],
        ['Version', version],
      ]}
    />
  );
}

const nothing = { status: '', score: '', note: '' };

/** What is left empty keeps its value. */
function UpdateForm({ clientId }: { readonly clientId: string }) {
  const { draft, field, submit, state } = useRequestForm(
    'engagement.update',
    `engagement.update.${clientId}`,
    nothing,
  );
  const disabled = !state.right.may;
  function update() {
    const { status, note } = draft;
    const score = draft.score.trim() === '' ? undefined : Number(draft.score);
    return submit(
      { score: Number.isNaN(score) && 'must be a number from 0 to 100' },
      {
        clientId,
        ...(status !== '' && { status }),
        ...(score !== undefined && { score }),
        ...(note !== '' && { note }),
      },
    );
  }
  return (
    <Part title="Update">
      <div className={parts.bare}>
        <AskForm
          title={`Update ${clientId}`}
          submit="Update"
          fields={Object.keys(nothing)}
          {...state}
          onSubmit={() => void update()}
        >
          <div className={parts.pair}>
            <TextField label="New status" disabled={disabled} {...field('status')} />
            <TextField label="New score" inputMode="decimal" disabled={disabled} {...field('score')} />
          </div>
          <TextArea label="New note" rows={2} disabled={disabled} {...field('note')} />
        </AskForm>
      </div>
    </Part>
  );
}

function Totals({
  clientId,
  totals,
}: {
  readonly clientId: string;
  readonly totals: Readonly<Record<string, number>>;
}) {
  const record = useRight('interaction.record');
  const forget = useRight('interaction.forget');
  const recording = useAsk('interaction.record');
  const forgetting = useAsk('interaction.forget');
  const [kind, setKind] = useKept(`engagement.kind.${clientId}`, '');
  const kinds = Object.entries(totals).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    <Part title="Interactions">
      <ul>
        {kinds.map(([name, count]) => (
          <li key={name} className={css.total}>
            <span>{name}</span>
            <span>{count.toLocaleString('en')}</span>
            <IconButton
              icon="plus"
              size="small"
              label={`Record ${name}`}
              disabled={!record.may || recording.isBusy}
              onClick={() => void recording.ask({ clientId, kind: name })}
            />
            <IconButton
              icon="trash"
              size="small"
              label={`Forget ${name}`}
              disabled={!forget.may || forgetting.isBusy}
              onClick={() => void forgetting.ask({ clientId, kind: name })}
            />
          </li>
        ))}
      </ul>
      <form
        className={parts.toolbar}
        aria-label={`Record an interaction of ${clientId}`}
        onSubmit={(event) => {
          event.preventDefault();
          if (kind !== '') void recording.ask({ clientId, kind }).then((answer) => answer && setKind(''));
        }}
      >
        <div className={parts.grow}>
          <TextField
            label="Kind of interaction"
            hideLabel
            placeholder="login, page_view, call …"
            value={kind}
            disabled={!record.may}
            error={recording.problemAt('kind')}
            onChange={({ target }) => setKind(target.value)}
          />
        </div>
        <Button type="submit" disabled={!record.may || recording.isBusy || kind === ''}>
          Record
        </Button>
      </form>
      <AskError error={recording.error} right={record} fields={['kind']} />
      <AskError error={forgetting.error} right={forget} />
    </Part>
  );
}

function Events({ events }: { readonly events: readonly LogEvent[] }) {
  return (
    <ol>
      {events.toReversed().map((event) => (
        <li key={event.key} className={css.event}>
          <span className={css.quiet}>{event.ts !== undefined && <When at={event.ts} />}</span>
          <span>
            {eventText(event)}{' '}
            {event.from !== undefined && <span className={css.quiet}>by {event.from}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
