import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { useKept } from '../../session/useKept.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { TextArea } from '../../ui/controls/Field.tsx';
import css from './talk.module.css';

export interface ComposerProps {
  /** What is typed for one stays with it. */
  readonly about: string;
  /** Of the form. */
  readonly title: string;
  readonly label: string;
  readonly placeholder: string;
  readonly submit: string;
  readonly may: boolean;
  /** It takes nothing now, and what is typed stays. @default false */
  readonly isBusy?: boolean;
  readonly maxLength?: number;
  onSubmit(text: string): void;
}

/** Where one types what one has to say. Enter sends it, with Shift it is a line. */
export function Composer(props: ComposerProps) {
  const { about, title, label, placeholder, submit, may, isBusy = false, maxLength, onSubmit } = props;
  const [text, setText] = useKept(about, '');
  const form = useRef<HTMLFormElement>(null);
  const isReady = may && !isBusy && text.trim() !== '';
  function send(event: FormEvent) {
    event.preventDefault();
    if (!isReady) return;
    onSubmit(text);
    setText('');
  }
  /** While letters are composed Enter is neither. */
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  }
  return (
    <form ref={form} className={css.composer} onSubmit={send} aria-label={title}>
      <TextArea
        label={label}
        hideLabel
        rows={1}
        {...(maxLength !== undefined && { maxLength })}
        placeholder={placeholder}
        value={text}
        disabled={!may}
        onKeyDown={onKeyDown}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" look="primary" disabled={!isReady}>
        {submit}
      </Button>
    </form>
  );
}
