import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/useSession.ts';
import type { WireEntry } from '../wire/entry.ts';
import { createPlayback, type Playback } from '../wire/playback.ts';
import { readRecording } from '../wire/recording.ts';

/** A connection's own: its client says them by itself, and at its own time. */
const ownFrames = ['hello', 'auth', 'sync', 'ping'];

export interface PlaybackControl {
  readonly playback: Playback | undefined;
  /** Why a file was not opened. */
  readonly problem: string | undefined;
  readonly sends: boolean;
  setSends(sends: boolean): void;
  open(file: Pick<File, 'text'>): Promise<void>;
  end(): void;
}

/** The recording that is looked at in the place of what comes now, if one is. It ends with the page. */
export function usePlayback(): PlaybackControl {
  const { wire } = useSession();
  const [playback, setPlayback] = useState<Playback>();
  const [problem, setProblem] = useState<string>();
  const [sends, setSends] = useState(false);
  const sending = useRef(sends);
  sending.current = sends;
  useEffect(() => () => playback?.close(), [playback]);

  function onPlayed(entry: WireEntry) {
    const isOut = entry.kind === 'frame' && entry.direction === 'out' && !ownFrames.includes(entry.name);
    if (sending.current && isOut) wire.send(entry.text);
  }

  return {
    playback,
    problem,
    sends,
    setSends,
    async open(file) {
      try {
        const recording = readRecording(await file.text());
        setProblem(undefined);
        setSends(false);
        setPlayback(createPlayback(recording, { onPlayed }));
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    },
    end() {
      setPlayback(undefined);
      setProblem(undefined);
    },
  };
}
