import { useState } from 'react';
import { pathOf } from '../../base/segments.ts';
import { useStore } from '../../base/useStore.ts';
import { sameJson } from '../../contract/jsonSchema.ts';
import { useOtherSession } from '../../people/otherSession.ts';
import { PersonPicker } from '../../people/PersonPicker.tsx';
import type { Credential, Session } from '../../session/createSession.ts';
import { PasteToken } from '../../session/PasteToken.tsx';
import { useSession } from '../../session/useSession.ts';
import { givesTokens } from '../../session/where.ts';
import { Pill } from '../../ui/data/Pill.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { Card, Columns, Page } from '../../ui/layout/Page.tsx';
import { Empty, Loading } from '../../ui/layout/States.tsx';
import type { FoundTopic } from '../kinds.ts';
import { Refused } from '../Refused.tsx';
import { BesideTable } from './BesideTable.tsx';
import css from './beside.module.css';
import { pairUp } from './beside.ts';
import { type Pane, usePane } from './usePane.ts';

/** The same events as two people get them: to whom first, in which order, and what differs. */
export default function BesidePage({ found }: { readonly found: FoundTopic }) {
  const { name, view } = found;
  const own = useSession();
  const [credential, setCredential] = useState<Credential>();
  const other = useOtherSession(own.where, credential);
  const left = usePane(own, name);
  const right = usePane(other, name);
  const people = [nameOf(own, 'You'), other ? nameOf(other, 'The other') : 'The other'] as const;
  const isSame = sameJson(left.snapshot, right.snapshot);
  return (
    <Page
      title={`${name}, side by side`}
      about={`What comes from now on, as two people get it.${
        view.presence ? ' Both follow it, and so are present: others see them.' : ''
      }`}
      actions={<a href={`#${pathOf('topics', name)}`}>Back to {name}</a>}
    >
      <Columns>
        <Card title={people[0]}>
          <Person pane={left} session={own} who={view.who} />
        </Card>
        <Card title={people[1]}>
          <ChooseOther credential={credential} onCredential={setCredential} />
          {other && (
            <>
              <Renewal session={other} />
              <Person pane={right} session={other} who={view.who} />
            </>
          )}
        </Card>
      </Columns>
      <Card title="Events">
        {other ? (
          <BesideTable pairs={pairUp(left.arrivals, right.arrivals)} people={people} />
        ) : (
          <Empty icon="people" title="Choose somebody to stand beside you" />
        )}
      </Card>
      {view.snapshot !== undefined && other && (
        <>
          <p>
            The snapshots are{' '}
            {isSame ? <Pill tone="good">the same</Pill> : <Pill tone="warn">not the same</Pill>}
          </p>
          <Columns>
            {[left, right].map((pane, side) => (
              <Card key={people[side]} title={`As ${people[side]} sees it`}>
                {pane.snapshot === undefined ? (
                  <Loading lines={3} />
                ) : (
                  <Tree value={pane.snapshot} label={`Snapshot of ${people[side]}`} />
                )}
              </Card>
            ))}
          </Columns>
        </>
      )}
    </Page>
  );
}

const countOf = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? 'event' : 'events'}`;
const nameOf = ({ who }: Session, otherwise: string) => who.user ?? otherwise;

function Person({
  pane,
  session,
  who,
}: {
  readonly pane: Pane;
  readonly session: Session;
  readonly who: string;
}) {
  const { roles = [], tenant } = session.who;
  return (
    <div className={css.person}>
      <p className={css.quiet}>
        {roles.join(', ')} of {tenant}
      </p>
      {pane.refused ? (
        <Refused error={pane.refused} who={who} isReader={false} />
      ) : (
        <Pill tone={pane.isJoined ? 'good' : 'warn'} dot>
          {pane.isJoined ? `live, ${countOf(pane.arrivals)}` : 'joining'}
        </Pill>
      )}
    </div>
  );
}

/** A token of the other's that ends is asked for here: the dialog is for one's own. */
function Renewal({ session: { tokens } }: { readonly session: Session }) {
  const wanted = useStore(tokens.wanted);
  if (!wanted) return null;
  return (
    <>
      <p>{wanted.why}</p>
      <PasteToken label="Go on" onToken={tokens.give} />
    </>
  );
}

function ChooseOther({
  credential,
  onCredential,
}: {
  readonly credential: Credential | undefined;
  onCredential(credential: Credential | undefined): void;
}) {
  const { where } = useSession();
  if (givesTokens(where)) {
    const person = credential && 'person' in credential ? credential.person : undefined;
    return (
      <PersonPicker
        label="Beside you"
        nobody="Choose…"
        person={person}
        onPerson={(next) => onCredential(next && { person: next })}
      />
    );
  }
  return credential ? null : <PasteToken label="Stand beside" onToken={(token) => onCredential({ token })} />;
}
