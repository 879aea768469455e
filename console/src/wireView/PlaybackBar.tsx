import { useStore } from '../base/useStore.ts';
import { Button, IconButton } from '../ui/controls/Button.tsx';
import { Checkbox, Select } from '../ui/controls/Field.tsx';
import { wholeTime } from '../ui/data/timeText.ts';
import type { Playback } from '../wire/playback.ts';
import css from './wireView.module.css';

export interface PlaybackBarProps {
  readonly playback: Playback;
  /** Whether what went out then is sent now, too. */
  readonly sends: boolean;
  onSends(sends: boolean): void;
  onEnd(): void;
}

/** Plays a recording back: it goes on in its own time, or faster, and pauses of more than two seconds are shortened. */
export function PlaybackBar({ playback, sends, onSends, onEnd }: PlaybackBarProps) {
  const { played, isPlaying, speed } = useStore(playback.state);
  const { entries, savedAt } = playback.recording;
  return (
    <section className={css.playback} aria-label="Playback">
      <IconButton
        icon={isPlaying ? 'pause' : 'play'}
        label={isPlaying ? 'Pause the playback' : 'Play back'}
        onClick={isPlaying ? playback.pause : playback.play}
      />
      <input
        className={css.seek}
        type="range"
        aria-label="Entries played"
        min={0}
        max={entries.length}
        value={played}
        onChange={({ target }) => playback.seek(Number(target.value))}
      />
      <span className={css.played}>
        {played.toLocaleString('en')} of {entries.length.toLocaleString('en')}
      </span>
      <Select
        label="Speed"
        hideLabel
        value={String(speed)}
        onChange={({ target }) => playback.setSpeed(Number(target.value))}
      >
        {[0.5, 1, 2, 5, 10].map((one) => (
          <option key={one} value={one}>
            {one} times
          </option>
        ))}
      </Select>
      <Checkbox
        label="Send what went out again"
        checked={sends}
        onChange={({ target }) => onSends(target.checked)}
      />
      <span className={css.quiet}>recorded until {wholeTime(savedAt)}</span>
      <Button size="small" onClick={onEnd}>
        Back to what comes now
      </Button>
    </section>
  );
}
