import { Button } from './Button.tsx';

export interface ReadAgainProps {
  /** It is being read. @default false */
  readonly isReading?: boolean;
  onClick(): void;
}

/** Reads once more what does not change by itself. */
export const ReadAgain = ({ isReading = false, onClick }: ReadAgainProps) => (
  <Button size="small" look="plain" icon="refresh" disabled={isReading} onClick={onClick}>
    Read again
  </Button>
);
