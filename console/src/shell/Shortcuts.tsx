import { Dialog } from '../ui/controls/Dialog.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import type { Page } from './pages.ts';
import css from './shell.module.css';

export interface ShortcutsProps {
  readonly isOpen: boolean;
  readonly pages: readonly Page[];
  onClose(): void;
}

/** What keys do. */
export function Shortcuts({ isOpen, pages, onClose }: ShortcutsProps) {
  const keys = (...names: readonly string[]) => (
    <span className={css.keys}>
      {names.map((name) => (
        <kbd key={name}>{name}</kbd>
      ))}
    </span>
  );
  return (
    <Dialog title="Keyboard shortcuts" isOpen={isOpen} onClose={onClose}>
      <div className={css.shortcuts}>
        <Facts
          facts={[
            ['Go to or do anything', keys('Ctrl or ⌘', 'K')],
            ['These shortcuts', keys('?')],
            ['Switch the theme', keys('t')],
            ...pages.flatMap(({ title, key }) =>
              key === undefined ? [] : [[title, keys('g', key)] as const],
            ),
          ]}
        />
      </div>
    </Dialog>
  );
}
