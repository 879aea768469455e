import { usePresence, useSend } from '@tidings/client/react';
import { useRight } from '../../contract/useRight.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { Failed } from '../../ui/layout/States.tsx';
import { Composer } from '../talk/Composer.tsx';
import talk from '../talk/talk.module.css';
import type { JoinedRoom } from './joinedRooms.ts';
import { Messages } from './Messages.tsx';
import { Present } from './Present.tsx';
import css from './rooms.module.css';

export interface RoomProps {
  readonly room: JoinedRoom;
  onLeave(): void;
  /** Back to the list, where there is room for one of them. */
  onBack(): void;
}

/** One room: what was said, who is here, and what one has to say. */
export function Room({ room, onLeave, onBack }: RoomProps) {
  const { name, log, refused } = room;
  const { may } = useRight('room.send');
  const presence = usePresence(name);
  const { send, pending, retry, dismiss } = useSend('room.send', { topic: ['room', name] });
  return (
    <section className={talk.talk} aria-label={name}>
      <header className={css.head}>
        <IconButton icon="left" label="Back to the rooms" className={css.back} onClick={onBack} />
        <h2>{name}</h2>
        <Present roomId={name} presence={presence} />
        <Button size="small" look="plain" onClick={onLeave}>
          Leave
        </Button>
      </header>
      {refused !== undefined ? (
        <Failed title="You may not be in this room">{refused}</Failed>
      ) : (
        <>
          <Messages
            log={log}
            pending={pending}
            onRetry={(ref) => void retry(ref).catch(() => {})}
            onDismiss={dismiss}
          />
          {/* What failed is in the list with its reason. */}
          <Composer
            about={`rooms.say.${name}`}
            title="Say something"
            label={`Message to ${name}`}
            placeholder={`Message to ${name}`}
            submit="Send"
            may={may}
            onSubmit={(body) => void send({ body }).catch(() => {})}
          />
        </>
      )}
    </section>
  );
}
