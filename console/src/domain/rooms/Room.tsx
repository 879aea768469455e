import { usePresence, useSend } from '@tidings/client/react';
import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { TextArea } from '../../ui/controls/Field.tsx';
import { Failed } from '../../ui/layout/States.tsx';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';
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
  const presence = usePresence(name);
  const { send, pending, retry, dismiss } = useSend('room.send', { topic: ['room', name] });
  return (
    <section className={css.room} aria-label={name}>
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
          <Say name={name} onSay={(body) => void send({ body }).catch(() => {})} />
        </>
      )}
    </section>
  );
}

function Say({ name, onSay }: { readonly name: string; onSay(body: string): void }) {
  const { may } = useRight('room.send');
  const [text, setText] = useKept(`rooms.say.${name}`, '');
  const form = useRef<HTMLFormElement>(null);
  function say(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === '') return;
    onSay(text);
    setText('');
  }
  /** Enter sends, with Shift it is a line. While letters are composed it is neither. */
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  }
  return (
    <form ref={form} className={css.say} onSubmit={say} aria-label="Say something">
      <TextArea
        label={`Message to ${name}`}
        hideLabel
        rows={1}
        placeholder={`Message to ${name}`}
        value={text}
        disabled={!may}
        onKeyDown={onKeyDown}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" look="primary" disabled={!may || text.trim() === ''}>
        Send
      </Button>
    </form>
  );
}
