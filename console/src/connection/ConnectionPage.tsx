import type { Status } from '@tidings/client';
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
import { type Greeting, readGreeting } from '../wire/greeting.ts';
import { Refusals } from './Refusals.tsx';
import { StateDiagram } from './StateDiagram.tsx';
import css from './StatusHistory.module.css';
import { StatusHistory, whyOf } from './StatusHistory.tsx';
import { statusWord } from './statusWord.ts';

/** How it stands with this console's own connection: as whom, until when, and within which limits. */
export default function ConnectionPage() {
  const { client, reconnect, where, wire } = useSession();
  const status = useStatus();
  const greeting = useStore(wire.greeting);
  const { tone, word } = statusWord(status);
  const { state, session, retryAt, attempt } = status;
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
                // Each is there in all states, so that the ones below stay where they are.
                ['Why', <WhyNow key="why" status={status} />],
                ['Attempts that failed', attempt],
                [
                  'Next attempt',
                  retryAt === undefined || state === 'open' ? 'none' : <Time key="retry" at={retryAt} />,
                ],
                ['Connection', session ? <code key="id">{session.connectionId}</code> : 'none'],
                ['User', session?.userId ?? 'none'],
                ['Tenant', session?.tenant ?? 'none'],
                ['Roles', session?.roles.join(', ') ?? 'none'],
              ]}
            />
          </Card>
          <Card title="History">
            <StatusHistory />
          </Card>
        </Stack>
        <Stack>
          {greeting && <Greeted greeting={greeting} />}
          {greeting && (
            <Card title="Limits">
              <Facts facts={readGreeting(greeting).limits.map(([name, value]) => [breakable(name), value])} />
            </Card>
          )}
          {/* Not while a first connection opens, whose greeting would push it down. */}
          {where.mode === 'local' && (greeting || attempt > 0 || state === 'closed') && <Refusals />}
        </Stack>
      </Columns>
    </Page>
  );
}

/** A name of several words may be broken between them where there is little room. */
const breakable = (name: string) => name.replaceAll(/[A-Z]/g, '\u200b$&');

/** On one line whatever it says: what is below stays where it is, and the history has all of it. */
function WhyNow({ status }: { readonly status: Status }) {
  const why =
    status.state === 'open'
      ? 'all is well'
      : status.reason === 'closed'
        ? 'closed here: reconnect to go on'
        : whyOf(status) || 'none yet';
  return (
    <span className={css.line} title={why}>
      {why}
    </span>
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
