import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { Button } from '../../ui/controls/Button.tsx';
import { TextArea } from '../../ui/controls/Field.tsx';
import { useKept } from '../parts/useKept.ts';
import { useRight } from '../rights/useRight.ts';
import css from './assistant.module.css';

export interface AskProps {
  /** Which conversation it is for: what is typed for one stays with it. */
  readonly name: string;
  readonly isBusy: boolean;
  onAsk(text: string): void;
}

/** A conversation takes one question at a time. */
export function Ask({ name, isBusy, onAsk }: AskProps) {
  const { may } = useRight('assistant.ask');
  const [text, setText] = useKept(`assistant.ask.${name}`, '');
  const form = useRef<HTMLFormElement>(null);
  const isReady = may && !isBusy && text.trim() !== '';
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!isReady) return;
    onAsk(text);
    setText('');
  }
  /** Enter asks, with Shift it is a line. While letters are composed it is neither. */
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  }
  return (
    <form ref={form} className={css.ask} onSubmit={submit} aria-label="Ask">
      <TextArea
        label="Question"
        hideLabel
        rows={1}
        maxLength={4_000}
        placeholder="Ask something"
        value={text}
        disabled={!may}
        onKeyDown={onKeyDown}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" look="primary" disabled={!isReady}>
        Ask
      </Button>
    </form>
  );
}
