import { useStatus } from '@tidings/client/react';
import { Refusals } from '../connection/Refusals.tsx';
import { StateDiagram } from '../connection/StateDiagram.tsx';
import { StatusHistory, whyOf } from '../connection/StatusHistory.tsx';
import { useSession } from '../session/useSession.ts';
import { Card, Columns, Page, Stack } from '../ui/layout/Page.tsx';
import { Empty } from '../ui/layout/States.tsx';
import { LastFrames } from '../wireView/LastFrames.tsx';
import { ClockCard } from './ClockCard.tsx';
import { ConnectionsCard } from './ConnectionsCard.tsx';
import { FaultsCard } from './FaultsCard.tsx';
import css from './faults.module.css';

/** What can go wrong on this machine, at hand, and beside it what the client does about it. */
export default function FaultsPage() {
  const { where, wire } = useSession();
  const status = useStatus();
  const page = {
    title: 'Faults and the clock',
    about: 'Of the local stack alone. What the client does about it stands beside it.',
  };
  if (where.mode !== 'local') {
    return (
      <Page {...page}>
        <Empty title="A deployed stage has none" icon="faults" />
      </Page>
    );
  }
  return (
    <Page {...page}>
      <Columns>
        <Stack>
          <FaultsCard />
          <ConnectionsCard />
          <ClockCard />
        </Stack>
        <Stack>
          <Card title="What the client does">
            <StateDiagram status={status} />
            <p className={css.why}>{whyOf(status) || 'All is well.'}</p>
            <LastFrames source={wire} />
          </Card>
          <Card title="History">
            <StatusHistory max={8} />
          </Card>
          <Refusals />
        </Stack>
      </Columns>
    </Page>
  );
}
