import type { TidingsError } from '@tidings/client';
import { useStatus } from '@tidings/client/react';
import type { FormEvent, ReactNode } from 'react';
import type { Right } from '../../contract/rights.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Dialog } from '../../ui/controls/Dialog.tsx';
import { AskError } from './AskError.tsx';
import css from './parts.module.css';

export interface FormDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** What the button says. */
  readonly submit: string;
  readonly isBusy: boolean;
  readonly error: TidingsError | undefined;
  /** Those of the payload that have a field here. */
  readonly fields: readonly string[];
  readonly right: Right;
  /** Waits for no answer any more. */
  giveUp(): void;
  onSubmit(): void;
  onClose(): void;
  readonly children: ReactNode;
}

/** Something that is filled in over the page, and stays filled in when it is refused. */
export function FormDialog({ title, isOpen, onClose, ...form }: FormDialogProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <AskForm title={title} {...form} />
    </Dialog>
  );
}

/** The form alone. */
export function AskForm({
  title,
  submit,
  isBusy,
  error,
  fields,
  right,
  giveUp,
  onSubmit,
  children,
}: Omit<FormDialogProps, 'isOpen' | 'onClose'>) {
  const isWaiting = useStatus().state !== 'open' && isBusy;
  function send(event: FormEvent) {
    event.preventDefault();
    if (!isBusy && right.may) onSubmit();
  }
  return (
    <form className={css.form} onSubmit={send} noValidate aria-label={title}>
      {children}
      <AskError error={error} right={right} fields={fields} />
      <div className={css.actions}>
        <Button type="submit" look="primary" disabled={isBusy || !right.may}>
          {submit}
        </Button>
        {isWaiting && <Button onClick={giveUp}>Give up</Button>}
        {/* What the page says of its connection is behind the dialog. */}
        <span role="status" className={css.quiet}>
          {isWaiting && 'Waiting for the connection…'}
        </span>
      </div>
    </form>
  );
}
