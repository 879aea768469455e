import { useStatus } from '@tidings/client/react';
import { useEffect, useState } from 'react';
import { poll } from '../base/poll.ts';
import { pathOf } from '../base/segments.ts';
import { whileSeen } from '../base/whileSeen.ts';
import { useApp } from '../contract/useApp.ts';
import { useRight } from '../contract/useRight.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { asking } from '../topics/kinds.ts';
import { Card } from '../ui/layout/Page.tsx';
import { Failed, Loading, Notice } from '../ui/layout/States.tsx';
import { numberText } from './figures.ts';
import css from './overview.module.css';

interface Stats {
  readonly connections: number;
  readonly users: number;
  readonly byRole: Readonly<Record<string, number>>;
}

/** Each look reads the rows of all that are connected, which costs on AWS. */
const everyMs = { local: 3_000, deployed: 15_000 };

/** Who of the own tenant is connected now, as the server counts. */
export function TenantNow() {
  const { where } = useSession();
  const { tenant } = usePrincipal();
  const [contract, again] = useApp();
  const right = useRight('stats');
  return (
    <Card
      title={tenant === undefined ? 'Your tenant' : `Your tenant, ${tenant}`}
      actions={<a href={`#${tenant === undefined ? '/people' : pathOf('people', tenant)}`}>Who they are</a>}
    >
      <div className={css.tenant}>
        {contract.value && right.may && <Counted />}
        {!right.may && (
          <Notice tone="accent" icon="lock">
            You may not see who is connected. {right.why}
          </Notice>
        )}
        {!contract.value && contract.state === 'loading' && <Loading lines={2} />}
        {!contract.value && contract.state === 'failed' && (
          <Failed title="The contract cannot be read" onRetry={again}>
            {contract.error.message}
          </Failed>
        )}
      </div>
      {where.mode === 'deployed' && (
        <p className={css.quiet}>
          What is of the whole stage (frames, delivery, refusals, database units, dead letters) is in its
          CloudWatch dashboard.
        </p>
      )}
    </Card>
  );
}

function Counted() {
  const { client, where } = useSession();
  const status = useStatus();
  const [stats, setStats] = useState<Stats>();
  const [error, setError] = useState<string>();
  const isOpen = status.state === 'open';
  useEffect(() => {
    if (!isOpen) return;
    const { start, stop } = poll(everyMs[where.mode], async (signal) => {
      try {
        const answer = (await asking(client)('stats', {})) as unknown as Stats;
        if (signal.aborted) return;
        setStats(answer);
        setError(undefined);
      } catch (failure) {
        if (!signal.aborted) setError((failure as Error).message);
      }
    });
    return whileSeen(start, stop);
  }, [client, where, isOpen]);
  if (stats === undefined) {
    return error === undefined ? (
      <Loading lines={2} />
    ) : (
      <Failed title="It cannot be counted">{error}</Failed>
    );
  }
  const counts = [
    ['connections', stats.connections],
    ['users', stats.users],
    ...Object.entries(stats.byRole).sort(([one], [other]) => (one < other ? -1 : 1)),
  ] as const;
  return (
    <dl className={css.counts}>
      {counts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{numberText(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
