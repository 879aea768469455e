import { Command } from 'cmdk';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { pathOf } from '../base/segments.ts';
import type { ContractView } from '../contract/readContract.ts';
import { signsOut, useSession, useSignedIn } from '../session/useSession.ts';
import { feedsOf, findTopic } from '../topics/kinds.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { switchTheme } from '../ui/theme/theme.ts';
import css from './Palette.module.css';
import type { Page } from './pages.ts';

export interface PaletteProps {
  readonly isOpen: boolean;
  readonly pages: readonly Page[];
  readonly roles: readonly string[];
  readonly app: ContractView | undefined;
  onClose(): void;
  onShortcuts(): void;
}

/** All that can be gone to and done, found by typing. */
export const Palette = ({ isOpen, onClose, ...rest }: PaletteProps) => (
  <Dialog title="Commands" isOpen={isOpen} onClose={onClose} isBare>
    <Commands onClose={onClose} {...rest} />
  </Dialog>
);

function Commands({ pages, roles, app, onClose, onShortcuts }: Omit<PaletteProps, 'isOpen'>) {
  const [typed, setTyped] = useState('');
  const session = useSession();
  const { signOut } = useSignedIn();
  const [, go] = useLocation();
  const doing = (act: () => void) => () => {
    onClose();
    act();
  };
  const name = typed.trim();
  const topics = new Set([
    ...(app && findTopic(app, name) ? [name] : []),
    ...(app ? feedsOf(app, roles, session.who.clients ?? []) : []),
  ]);
  const actions: readonly (readonly [string, IconName, () => void])[] = [
    ['Reconnect', 'refresh', session.reconnect],
    ['Switch theme', 'sun', switchTheme],
    [signsOut(session) ? 'Sign out' : 'Switch person', 'people', signOut],
    ['Keyboard shortcuts', 'help', onShortcuts],
  ];
  return (
    <Command label="Commands" className={css.palette} loop>
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="Go to or do…"
        className={css.input}
      />
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
        <Command.Group heading="Open a topic" className={css.group}>
          {[...topics].map((topic) => (
            <Command.Item
              key={topic}
              // Said, since one that comes while somebody types is not read from what is drawn.
              value={topic}
              className={css.item}
              onSelect={doing(() => go(pathOf('topics', topic)))}
            >
              <Icon name="topics" />
              {topic}
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
  );
}
