import type { Status } from '@tidings/client';
import { useStatus } from '@tidings/client/react';
import { Suspense, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { AppProvider } from '../contract/useApp.ts';
import { useContract } from '../contract/useContract.ts';
import { RenewDialog } from '../session/RenewDialog.tsx';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { Page, PageNote } from '../ui/layout/Page.tsx';
import { Empty, Loading, Reconnecting } from '../ui/layout/States.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Palette } from './Palette.tsx';
import { pagesFor, routes } from './pages.ts';
import { Shortcuts } from './Shortcuts.tsx';
import css from './shell.module.css';
import { useShortcuts } from './useShortcuts.ts';

type Over = 'palette' | 'shortcuts' | 'navigation';

/** The frame around each page: where one can go, who one is, how the connection is. */
export function Frame() {
  const session = useSession();
  const [location] = useLocation();
  const [over, setOver] = useState<Over>();
  const close = () => setOver(undefined);
  const status = useStatus();
  const app = useContract(session.where.httpUrl);
  const { roles } = usePrincipal();
  const shown = pagesFor({ session, roles, app: app[0].value });
  useShortcuts({
    pages: shown,
    openPalette: () => setOver('palette'),
    openShortcuts: () => setOver('shortcuts'),
  });
  return (
    <AppProvider value={app}>
      <div className={css.frame}>
        <Header onPalette={() => setOver('palette')} onNavigation={() => setOver('navigation')} />
        <nav className={css.sidebar} aria-label="Pages">
          {/* Whole at once: until the contract is known nobody knows which pages there are. */}
          {(app[0].value || app[0].state === 'failed') && <Navigation pages={shown} />}
        </nav>
        <main className={css.main}>
          <ErrorBoundary key={location.split('/')[1]}>
            <PageNote value={noteOf(status)}>
              <Suspense fallback={<Waiting />}>
                <Switch>
                  {routes.map(({ path, element: Element }) => (
                    <Route key={path} path={`${path}/*?`}>
                      <Element />
                    </Route>
                  ))}
                  <Route path="/">
                    <Redirect to={shown[0]?.path ?? '/getting-in'} replace />
                  </Route>
                  <Route>
                    <NoSuchPage />
                  </Route>
                </Switch>
              </Suspense>
            </PageNote>
          </ErrorBoundary>
        </main>
        <Palette
          isOpen={over === 'palette'}
          pages={shown}
          roles={roles}
          app={app[0].value}
          onClose={close}
          onShortcuts={() => setOver('shortcuts')}
        />
        <Shortcuts isOpen={over === 'shortcuts'} pages={shown} onClose={close} />
        <Dialog title="Pages" isOpen={over === 'navigation'} onClose={close}>
          <nav className={css.drawer} aria-label="Pages">
            <Navigation pages={shown} onChosen={close} />
          </nav>
        </Dialog>
        <RenewDialog />
      </div>
    </AppProvider>
  );
}

/** A first connection is waited for, and nothing to speak of. */
function noteOf({ state, reason }: Status) {
  if (state === 'closed') {
    return <Reconnecting>The connection is closed. What you see is as it was.</Reconnecting>;
  }
  return state === 'waiting' || (state === 'connecting' && reason !== undefined) ? (
    <Reconnecting>The connection is lost. What you see is as it was; it goes on by itself.</Reconnecting>
  ) : undefined;
}

const NoSuchPage = () => (
  <Page title="No such page">
    <Empty title="There is nothing at this address">
      <a href="#/">Back to the beginning</a>
    </Empty>
  </Page>
);

const Waiting = () => (
  <div className={css.waiting}>
    <Loading lines={5} />
  </div>
);
