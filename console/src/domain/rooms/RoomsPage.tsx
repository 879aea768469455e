import { useClient } from '@tidings/client/react';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from '../../base/useStore.ts';
import { useRight } from '../../contract/useRight.ts';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { TextField } from '../../ui/controls/Field.tsx';
import { Pill } from '../../ui/data/Pill.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import { DomainPage } from '../parts/DomainPage.tsx';
import { pathOf, useBelow } from '../parts/useBelow.ts';
import talk from '../talk/talk.module.css';
import { type JoinedRooms, joinedRooms } from './joinedRooms.ts';
import { Room } from './Room.tsx';
import css from './rooms.module.css';

const path = '/rooms';

/** Rooms that one is in: who is there, and what is said. */
export default function RoomsPage() {
  const send = useRight('room.send');
  return (
    <DomainPage
      title="Rooms"
      about="To talk, and to see who is there. You stay in those that you join until you leave them."
      path={path}
      right={send}
      isWhole
    >
      <Rooms />
    </DomainPage>
  );
}

function Rooms() {
  const client = useClient();
  const { tenant, userId } = usePrincipal();
  const owner = `${tenant}.${userId}`;
  const rooms = useMemo(() => joinedRooms(client, owner), [client, owner]);
  const joined = useStore(rooms);
  const [chosen, choose] = useBelow(path);
  // An address that names a room is a wish to be in it.
  useEffect(() => {
    if (chosen !== undefined) rooms.join(chosen);
    rooms.look(chosen);
    return () => rooms.look(undefined);
  }, [rooms, chosen]);
  const room = joined.find(({ name }) => name === chosen);
  return (
    <div className={`${talk.page} ${css.rooms}`} data-open={room !== undefined}>
      <nav className={talk.list} aria-label="Rooms">
        <JoinForm onJoin={choose} />
        <ul>
          {joined.map(({ name, unread }) => (
            <li key={name}>
              <Link
                href={pathOf(path, name)}
                className={talk.link}
                aria-current={name === chosen ? 'page' : undefined}
              >
                <span className={talk.name}>{name}</span>
                {unread > 0 && (
                  <Pill tone="accent">
                    {unread}
                    <span className="visually-hidden"> new</span>
                  </Pill>
                )}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {room ? (
        <Room
          key={room.name}
          room={room}
          onLeave={leaving(rooms, room.name, choose)}
          onBack={() => choose()}
        />
      ) : (
        <div>
          <Empty title={joined.length > 0 ? 'Choose a room' : 'You are in no room'} icon="room">
            {joined.length === 0 && (
              <Button look="primary" onClick={() => choose('lobby')}>
                Join the lobby
              </Button>
            )}
          </Empty>
        </div>
      )}
    </div>
  );
}

const leaving = (rooms: JoinedRooms, name: string, choose: (name?: string) => void) => () => {
  choose();
  rooms.leave(name);
};

function JoinForm({ onJoin }: { onJoin(name: string): void }) {
  const [name, setName] = useState('');
  const isName = /^[\w-]{1,64}$/.test(name);
  function join(event: FormEvent) {
    event.preventDefault();
    if (!isName) return;
    onJoin(name);
    setName('');
  }
  return (
    <form className={css.join} onSubmit={join} aria-label="Join a room">
      <TextField
        label="Room to join"
        hideLabel
        placeholder="Join a room"
        value={name}
        error={name === '' || isName ? undefined : 'Letters, digits, _ and -: up to 64.'}
        onChange={({ target }) => setName(target.value)}
      />
      <IconButton icon="plus" label="Join" type="submit" disabled={!isName} look="normal" />
    </form>
  );
}
