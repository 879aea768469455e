import { useClient } from '@tidings/client/react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useStore } from '../../base/useStore.ts';
import { useRight, useWho } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { useSession } from '../../session/useSession.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Select, TextField } from '../../ui/controls/Field.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import { DomainPage, Followed } from '../parts/DomainPage.tsx';
import css from '../parts/parts.module.css';
import { Split } from '../parts/Split.tsx';
import { useBelow } from '../parts/useBelow.ts';
import { SampleButton } from '../sample/SampleButton.tsx';
import { type ClientBoard, clientBoard } from './board.ts';
import { ClientDrawer } from './ClientDrawer.tsx';
import { ClientTable } from './ClientTable.tsx';
import { RecordDialog } from './RecordDialog.tsx';
import { firstView, seenRows, statusesOf, type View } from './rows.ts';

const path = '/engagement';

/** Clients as rows, and one of them beside. */
export default function EngagementPage() {
  const update = useRight('engagement.update');
  const record = useRight('interaction.record');
  const [isRecording, setRecording] = useState(false);
  return (
    <DomainPage
      title="Engagement"
      about="Clients, where each stands, and what happens with them, live."
      path={path}
      right={update}
      isWhole
      actions={
        <Button icon="plus" disabled={!record.may} onClick={() => setRecording(true)}>
          Record an interaction
        </Button>
      }
    >
      <ClientsOf />
      <RecordDialog isOpen={isRecording} onClose={() => setRecording(false)} />
    </DomainPage>
  );
}

function ClientsOf() {
  const client = useClient();
  const { who } = useSession();
  const { roles } = usePrincipal();
  const isStaff = roles.includes('msp');
  const isReader = useRight('topic.log').may;
  const board = useMemo(
    () => clientBoard(client, { own: isStaff ? undefined : (who.clients ?? []), isReader }),
    [client, isStaff, isReader, who.clients],
  );
  return <BoardOf board={board} />;
}

function BoardOf({ board }: { readonly board: ClientBoard }) {
  const { rows, isJoined, error } = useStore(board);
  const [view, setView] = useKept<View>('engagement.view', firstView);
  const [chosen, choose] = useBelow(path);
  useTick();
  const shown = useDeferredValue(rows);
  const seen = useMemo(() => seenRows(shown, view), [shown, view]);
  const statuses = useMemo(() => statusesOf(shown), [shown]);
  const who = useWho('client:*');
  return (
    <Followed
      what="the clients"
      isJoined={isJoined}
      error={error}
      {...(who !== undefined && { who })}
      lines={8}
    >
      {rows.length === 0 && chosen === undefined ? (
        <NoClients />
      ) : (
        <Split
          drawer={
            chosen !== undefined && <ClientDrawer key={chosen} clientId={chosen} onClose={() => choose()} />
          }
        >
          <search className={css.toolbar}>
            <div className={css.grow}>
              <TextField
                label="Filter clients"
                hideLabel
                type="search"
                placeholder="Filter by name, status or note"
                value={view.text}
                onChange={({ target }) => setView({ ...view, text: target.value })}
              />
            </div>
            <Select
              label="Status"
              hideLabel
              value={view.status}
              onChange={({ target }) => setView({ ...view, status: target.value })}
            >
              <option value="">Any status</option>
              {[...new Set([...statuses, ...(view.status ? [view.status] : [])])].map((status) => (
                <option key={status}>{status}</option>
              ))}
            </Select>
            <span className={css.count}>
              {seen.length !== rows.length && `${seen.length} of `}
              {rows.length} {rows.length === 1 ? 'client' : 'clients'}
            </span>
          </search>
          {seen.length > 0 ? (
            <ClientTable rows={seen} board={board} view={view} chosen={chosen} onView={setView} />
          ) : rows.length === 0 ? (
            <NoClients />
          ) : (
            <Empty title="No client is like that" icon="filter">
              <Button onClick={() => setView({ ...view, text: '', status: '' })}>Show all of them</Button>
            </Empty>
          )}
        </Split>
      )}
    </Followed>
  );
}

/** Curves go on also while nothing happens. */
function useTick() {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((before) => before + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
}

function NoClients() {
  const isStaff = usePrincipal().roles.includes('msp');
  return (
    <Empty title={isStaff ? 'No clients yet' : 'No client of yours'} icon="board">
      {isStaff
        ? 'A client is there with its first interaction, or the first update of its engagement.'
        : 'The token names none: a client’s user has a list of clients.'}
      {isStaff && <SampleButton of="clients" />}
    </Empty>
  );
}
