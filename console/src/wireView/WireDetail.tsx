import { useState } from 'react';
import { useSession } from '../session/useSession.ts';
import { Button, IconButton } from '../ui/controls/Button.tsx';
import { CopyButton } from '../ui/controls/Copy.tsx';
import { TextArea } from '../ui/controls/Field.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Tree } from '../ui/data/Tree.tsx';
import { type FrameEntry, parseFrame, type WireEntry } from '../wire/entry.ts';
import css from './wireView.module.css';

/** The whole of an entry, and what can be done with it. */
export function WireDetail({ entry, onClose }: { readonly entry: WireEntry; onClose(): void }) {
  return (
    <aside className={css.detail} aria-label="The chosen frame">
      <header className={css.detailHead}>
        <h2>{entry.kind === 'frame' ? entry.name : `Socket ${entry.socket}`}</h2>
        <span className={css.quiet}>
          <Time at={entry.at} precise />, {entry.kind === 'frame' ? entry.direction : entry.event}, socket{' '}
          {entry.socket}
        </span>
        <span className={css.right}>
          {entry.kind === 'frame' && <CopyButton text={entry.text} label="Copy the frame" />}
          <IconButton size="small" icon="close" label="Close the frame" onClick={onClose} />
        </span>
      </header>
      {entry.kind === 'frame' ? (
        <Frame key={entry.number} entry={entry} />
      ) : (
        <Tree
          label="What became of the socket"
          value={{ event: entry.event, code: entry.code, reason: entry.reason }}
        />
      )}
    </aside>
  );
}

function Frame({ entry }: { readonly entry: FrameEntry }) {
  return (
    <>
      <Tree label="The frame" value={parseFrame(entry.text)} />
      {entry.direction === 'out' && <SendAgain text={entry.text} />}
    </>
  );
}

/** Sends a frame as it is, or changed, on the socket that is open now. Its answer is one more entry. */
function SendAgain({ text: given }: { readonly text: string }) {
  const { wire } = useSession();
  const [text, setText] = useState(given);
  const [said, setSaid] = useState('');
  return (
    <form
      className={css.again}
      onSubmit={(event) => {
        event.preventDefault();
        setSaid(wire.send(text) ? 'Sent.' : 'No socket is open. It is kept here until one is.');
      }}
    >
      <TextArea
        label="Send again"
        hint="What changes something does so once for each ref: with the same one it is answered as the first time. Anything else, as hello, is done again."
        rows={4}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className={css.line}>
        <Button type="submit" icon="play">
          Send
        </Button>
        <span role="status" className={css.quiet}>
          {said}
        </span>
      </div>
    </form>
  );
}
