import type { TidingsError } from '@tidings/client';
import { Notice } from '../ui/layout/States.tsx';

export interface RefusedProps {
  readonly error: TidingsError;
  /** Who may subscribe, in the contract's words. */
  readonly who: string;
  readonly isReader: boolean;
}

/** Why a topic is not followed, and who may follow it. */
export const Refused = ({ error: { code, message }, who, isReader }: RefusedProps) => (
  <Notice tone="accent" icon="lock">
    {code === 'forbidden' ? (
      <>
        You may not follow this topic. Who may: {who}.
        {isReader && ' As an admin you see what came and when, not what is in it.'}
      </>
    ) : (
      <>
        It is not followed: {message} (<code>{code}</code>). Who may: {who}.
      </>
    )}
  </Notice>
);
