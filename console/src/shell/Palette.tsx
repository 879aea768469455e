import { Command } from 'cmdk';
import { useLocation } from 'wouter';
import { useSession, useSignedIn } from '../session/useSession.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { switchTheme } from '../ui/theme/theme.ts';
import css from './Palette.module.css';
import type { Page } from './pages.ts';

export interface PaletteProps {
  readonly isOpen: boolean;
  readonly pages: readonly Page[];
  onClose(): void;
  onShortcuts(): void;
}

/** All that can be gone to and done, found by typing. */
export function Palette({ isOpen, pages, onClose, onShortcuts }: PaletteProps) {
  const session = useSession();
  const { signOut } = useSignedIn();
  const [, go] = useLocation();
  const doing = (act: () => void) => () => {
    onClose();
    act();
  };
  const actions: readonly (readonly [string, IconName, () => void])[] = [
    ['Reconnect', 'refresh', session.reconnect],
    ['Switch theme', 'sun', switchTheme],
    ['Switch person', 'people', signOut],
    ['Keyboard shortcuts', 'help', onShortcuts],
  ];
  return (
    <Dialog title="Commands" isOpen={isOpen} onClose={onClose} isBare>
      <Command label="Commands" className={css.palette} loop>
        <Command.Input placeholder="Go to or do…" className={css.input} />
        <Command.List className={css.list} label="Commands">
          <Command.Empty className={css.empty}>Nothing has that name.</Command.Empty>
          <Command.Group heading="Go to" className={css.group}>
            {pages.map(({ path, title, icon, key }) => (
              <Command.Item key={path} className={css.item} onSelect={doing(() => go(path))}>
                <Icon name={icon} />
                {title}
                {key !== undefined && <kbd>g {key}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading="Do" className={css.group}>
            {actions.map(([title, icon, act]) => (
              <Command.Item key={title} className={css.item} onSelect={doing(act)}>
                <Icon name={icon} />
                {title}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
