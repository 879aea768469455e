import { byteText, timeOfDay } from '../ui/data/timeText.ts';
import type { WireEntry } from '../wire/entry.ts';
import css from './wireView.module.css';

const socketWords = {
  opening: 'opening',
  open: 'open',
  error: 'failed',
  closed: 'closed',
} as const;

/** An entry in a line. */
export function WireLine({ entry }: { readonly entry: WireEntry }) {
  if (entry.kind === 'socket') {
    const { socket, event, code, reason } = entry;
    return (
      <>
        <span className={css.at}>{timeOfDay(entry.at, true)}</span>
        <span className={css.socket} aria-hidden="true">
          ●
        </span>
        <span className={css.socketWords}>
          Socket {socket} {socketWords[event]}
          {code !== undefined && `, ${code}`}
          {reason ? ` ${reason}` : ''}
        </span>
      </>
    );
  }
  const { direction, name, topic, seq, ref, bytes, text } = entry;
  return (
    <>
      <span className={css.at}>{timeOfDay(entry.at, true)}</span>
      <span className={css[direction]}>
        <span aria-hidden="true">{direction === 'in' ? '↓' : '↑'}</span>
        <span className="visually-hidden">{direction}</span>
      </span>
      <span className={css.name}>{name}</span>
      <span className={css.topic}>
        {topic}
        {seq !== undefined && ` ${seq}`}
      </span>
      <span className={css.text}>{text}</span>
      <span className={css.ref}>{ref}</span>
      <span className={css.bytes}>{byteText(bytes)}</span>
    </>
  );
}
