import { useStatus } from '@tidings/client/react';
import { Link, useLocation } from 'wouter';
import { useStore } from '../base/useStore.ts';
import { statusWord } from '../connection/statusWord.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { signsOut, useSession, useSignedIn } from '../session/useSession.ts';
import { Button, IconButton } from '../ui/controls/Button.tsx';
import { Menu, MenuHeading, MenuItem, MenuLine } from '../ui/controls/Menu.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Icon } from '../ui/Icon.tsx';
import { shownTheme, switchTheme, theme } from '../ui/theme/theme.ts';
import css from './shell.module.css';

export interface HeaderProps {
  onPalette(): void;
  onNavigation(): void;
}

export function Header({ onPalette, onNavigation }: HeaderProps) {
  const { where } = useSession();
  useStore(theme);
  const other = shownTheme() === 'dark' ? 'light' : 'dark';
  return (
    <header className={css.header}>
      <SkipLink />
      <IconButton icon="menu" label="Pages" className={css.menuButton} onClick={onNavigation} />
      <Link href="/" className={css.brand}>
        <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--accent)" />
          <path
            d="M7 12c3-3 6-3 9 0s6 3 9 0M7 20c3-3 6-3 9 0s6 3 9 0"
            fill="none"
            stroke="var(--accent-text)"
            strokeWidth="3"
            strokeLinecap="round"
          />
        </svg>
        <span className={css.brandName}>Tidings</span>
      </Link>
      <span className={css.stage} title={where.wsUrl}>
        {where.stage}
        {where.mode === 'local' && ', local'}
      </span>
      <button type="button" className={css.search} onClick={onPalette}>
        <Icon name="search" />
        <span className={css.searchWords}>Go to or do…</span>
        <kbd>{isMac ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <div className={css.right}>
        <ConnectionState />
        <IconButton
          icon={other === 'dark' ? 'moon' : 'sun'}
          label={`Switch to the ${other} theme`}
          onClick={switchTheme}
        />
        <Who />
      </div>
    </header>
  );
}

/** Past all that stands on each page, for who goes by keys. The address is the page's own and stays. */
function SkipLink() {
  const [location] = useLocation();
  return (
    <a
      href={`#${location}`}
      className={css.skip}
      onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('main h1')?.focus();
      }}
    >
      To the content
    </a>
  );
}

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

function ConnectionState() {
  const status = useStatus();
  const { tone, word } = statusWord(status);
  return (
    <Link href="/connection" className={css.state} title={status.reason}>
      <span role="status">
        <Pill tone={tone} dot>
          {word}
        </Pill>
      </span>
    </Link>
  );
}

function Who() {
  const session = useSession();
  const { signOut } = useSignedIn();
  const { userId: name = 'Signed in', tenant = 'a tenant', roles } = usePrincipal();
  return (
    <Menu
      trigger={
        <Button look="plain" icon="people" aria-label={`Session of ${name}`}>
          <span className={css.whoName}>{name}</span>
          <Icon name="chevron" size={12} />
        </Button>
      }
    >
      <MenuHeading>
        {name} of {tenant}
        <br />
        {roles.join(', ')}
      </MenuHeading>
      <MenuLine />
      <MenuItem icon="refresh" onSelect={session.reconnect}>
        Reconnect
      </MenuItem>
      <MenuItem icon="signOut" onSelect={signOut}>
        {signsOut(session) ? 'Sign out' : 'Somebody else'}
      </MenuItem>
    </Menu>
  );
}
