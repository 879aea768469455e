import { useStatus } from '@tidings/client/react';
import { useStore } from '../base/useStore.ts';
import { useSession } from '../session/useSession.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Time } from '../ui/data/Time.tsx';
import { duration } from '../ui/data/timeText.ts';
import { Card, Columns, Page, Stack } from '../ui/layout/Page.tsx';
import { Notice } from '../ui/layout/States.tsx';
import { type Greeting, readGreeting } from '../wire/greeting.ts';
import { Refusals } from './Refusals.tsx';
import { StateDiagram } from './StateDiagram.tsx';
import { StatusHistory } from './StatusHistory.tsx';
import { statusWord } from './statusWord.ts';

/** How it stands with this console's own connection: as whom, until when, and within which limits. */
export default function ConnectionPage() {
  const { client, reconnect, where, wire } = useSession();
  const status = useStatus();
  const greeting = useStore(wire.greeting);
  const { tone, word } = statusWord(status);
  const { state, session, reason, retryAt, attempt, code } = status;
  return (
    <Page
      title="Connection"
      about="How it stands with this console’s own connection."
      actions={
        <>
          <Button icon="refresh" onClick={reconnect}>
            Reconnect
          </Button>
          <Button onClick={client.close} disabled={state === 'closed'}>
            Close
          </Button>
        </>
      }
    >
      {reason !== undefined && state !== 'open' && (
        <Notice tone={state === 'closed' ? 'bad' : 'warn'} icon="connection">
          {reason === 'closed' ? 'It was closed here. Reconnect to go on.' : reason}
        </Notice>
      )}
      <Columns>
        <Stack>
          <Card title="State">
            <StateDiagram status={status} />
            <Facts
              facts={[
                [
                  'Now',
                  <Pill key="state" tone={tone} dot>
                    {word}
                  </Pill>,
                ],
                ['Attempts that failed', attempt],
                ...(retryAt === undefined || state === 'open'
                  ? []
                  : ([['Next attempt', <Time key="retry" at={retryAt} />]] as const)),
                ...(code === undefined ? [] : ([['Code', code]] as const)),
                ['Connection', session ? <code key="id">{session.connectionId}</code> : 'none'],
                ['User', session?.userId ?? 'none'],
                ['Tenant', session?.tenant ?? 'none'],
                ['Roles', session?.roles.join(', ') ?? 'none'],
              ]}
            />
          </Card>
          {greeting && <Greeted greeting={greeting} />}
        </Stack>
        <Stack>
          <Card title="History">
            <StatusHistory />
          </Card>
          {where.mode === 'local' && <Refusals />}
          {greeting && (
            <Card title="Limits">
              <Facts facts={readGreeting(greeting).limits} />
            </Card>
          )}
        </Stack>
      </Columns>
    </Page>
  );
}

function Greeted({ greeting }: { readonly greeting: Greeting }) {
  const { feeds, expiresAt, rotateAfterMs, heartbeatMs } = readGreeting(greeting);
  return (
    <Card title="Greeting">
      <Facts
        facts={[
          ['Token ends', expiresAt === undefined ? 'unknown' : <Time key="e" at={expiresAt} />],
          ['Replaced after', rotateAfterMs === undefined ? 'unknown' : duration(rotateAfterMs)],
          ['Heartbeat', heartbeatMs === undefined ? 'unknown' : duration(heartbeatMs)],
        ]}
      />
      <Table
        label="Feeds"
        rows={feeds}
        keyOf={({ topic }) => topic}
        columns={[
          { title: 'Feed', cell: ({ topic }) => <code>{topic}</code> },
          { title: 'Position', isNumber: true, cell: ({ seq }) => seq ?? '' },
        ]}
        empty={<p>It is on no feed: nobody follows one here.</p>}
      />
    </Card>
  );
}
