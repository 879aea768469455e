import { useRef, useState } from 'react';
import { saveFile } from '../base/saveFile.ts';
import { useSession } from '../session/useSession.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Page } from '../ui/layout/Page.tsx';
import { Notice } from '../ui/layout/States.tsx';
import { record } from '../wire/recording.ts';
import type { WireSource } from '../wire/wireSource.ts';
import { PlaybackBar } from './PlaybackBar.tsx';
import { usePlayback } from './usePlayback.ts';
import { WireView } from './WireView.tsx';

/** Every frame of this console's connection, in and out, and recordings of others. */
export default function WirePage() {
  const { where, wire } = useSession();
  const [isPaused, setPaused] = useState(false);
  const { playback, problem, sends, setSends, open, end } = usePlayback();
  const source: WireSource = playback ?? wire;
  const file = useRef<HTMLInputElement>(null);

  const save = () => {
    const at = Date.now();
    const name = `tidings-${where.stage}-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}.json`;
    saveFile(name, JSON.stringify(record(source, where.wsUrl, at)));
  };
  return (
    <Page
      title="Wire"
      about="Every frame in and out of this console’s own connection."
      isWhole
      actions={
        <>
          {!playback && (
            <Button icon={isPaused ? 'play' : 'pause'} onClick={() => setPaused(!isPaused)}>
              {isPaused ? 'Go on' : 'Hold'}
            </Button>
          )}
          <Button icon="download" onClick={save}>
            Save
          </Button>
          <Button onClick={() => file.current?.click()}>Open a recording…</Button>
          <input
            ref={file}
            type="file"
            accept="application/json,.json"
            aria-label="A recording to open"
            hidden
            onChange={({ target }) => {
              const [chosen] = target.files ?? [];
              if (chosen) void open(chosen);
              target.value = '';
            }}
          />
          {!playback && (
            <Button icon="trash" onClick={wire.clear}>
              Clear
            </Button>
          )}
        </>
      }
    >
      {problem !== undefined && (
        <Notice tone="bad" icon="faults">
          {problem}
        </Notice>
      )}
      {playback && <PlaybackBar playback={playback} sends={sends} onSends={setSends} onEnd={end} />}
      <WireView
        key={playback ? `playback ${playback.recording.savedAt}` : 'live'}
        source={source}
        isPaused={isPaused && !playback}
      />
    </Page>
  );
}
