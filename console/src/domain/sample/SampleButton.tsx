import { useStatus } from '@tidings/client/react';
import { useState } from 'react';
import { useSession } from '../../session/useSession.ts';
import { givesTokens } from '../../session/where.ts';
import { Button } from '../../ui/controls/Button.tsx';
import type { SampleKind } from './sampleData.ts';

export interface SampleButtonProps {
  readonly of: SampleKind;
  /** Of the queue: which day. */
  readonly date?: string;
}

/** On a laptop an empty page is no dead end: a person of the staff, whom nobody has to be, fills it in a second session. */
export function SampleButton({ of, date }: SampleButtonProps) {
  const { where } = useSession();
  const { session } = useStatus();
  const [state, setState] = useState<'idle' | 'busy' | { readonly why: string }>('idle');
  if (!givesTokens(where) || !session) return null;
  const { tenant, userId } = session;
  async function fill() {
    setState('busy');
    try {
      const { fillWithSamples } = await import('./sampleData.ts');
      await fillWithSamples(of, { where, tenant, userId, ...(date !== undefined && { date }) });
      setState('idle');
    } catch (error) {
      setState({ why: error instanceof Error ? error.message : String(error) });
    }
  }
  return (
    <>
      <Button look="primary" icon="plus" disabled={state === 'busy'} onClick={() => void fill()}>
        {state === 'busy' ? 'Filling…' : 'Fill with sample data'}
      </Button>
      {typeof state === 'object' && <span role="alert">{state.why}</span>}
    </>
  );
}
