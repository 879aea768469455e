import { TidingsProvider } from '@tidings/client/react';
import { useEffect, useState } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { useStore } from '../base/useStore.ts';
import { OnTheWay } from '../session/OnTheWay.tsx';
import { SignIn } from '../session/SignIn.tsx';
import { type SignedIn, signedIn } from '../session/signedIn.ts';
import { SessionProvider, SignedInProvider } from '../session/useSession.ts';
import { findWhere, type Where } from '../session/where.ts';
import { Failed } from '../ui/layout/States.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Frame } from './Frame.tsx';
import css from './shell.module.css';

interface Ready {
  readonly where: Where;
  readonly all: SignedIn;
}

/** Once for the life of the page: what is signed in outlives components. */
let ready: Promise<Ready> | undefined;

function prepare(): Promise<Ready> {
  ready ??= findWhere().then((where) => ({ where, all: signedIn(where) }));
  ready.catch(() => {
    ready = undefined;
  });
  return ready;
}

/** The console: finds where the stage is, asks who looks, and shows the pages. */
export function App() {
  const [found, setFound] = useState<Ready>();
  const [error, setError] = useState<Error>();
  const [attempt, setAttempt] = useState(0);
  // Each attempt asks again.
  useEffect(() => {
    setError(undefined);
    prepare().then(setFound, setError);
  }, [attempt]);
  if (error) {
    return (
      <main className={css.alone}>
        <Failed title="There is no stage here" onRetry={() => setAttempt(attempt + 1)}>
          {error.message}
        </Failed>
      </main>
    );
  }
  return (
    <ErrorBoundary>
      <Router hook={useHashLocation}>{found && <Inside {...found} />}</Router>
    </ErrorBoundary>
  );
}

function Inside({ where, all }: Ready) {
  const session = useStore(all.session);
  const meanwhile = useStore(all.meanwhile);
  const problem = useStore(all.problem);
  if (!session && meanwhile) return <OnTheWay {...meanwhile} />;
  if (!session) {
    return <SignIn where={where} problem={problem} onSignIn={all.signIn} onIssuer={all.goToIssuer} />;
  }
  return (
    <SignedInProvider value={all}>
      <SessionProvider value={session}>
        <TidingsProvider client={session.client}>
          <Frame />
        </TidingsProvider>
      </SessionProvider>
    </SignedInProvider>
  );
}
