import type { TidingsError } from '@tidings/client';
import type { ReactNode } from 'react';
import type { Right } from '../../contract/rights.ts';
import { useApp } from '../../contract/useApp.ts';
import { Page, type PageProps } from '../../ui/layout/Page.tsx';
import { Empty, Failed, Loading, ReadOnly } from '../../ui/layout/States.tsx';
import { hasFeature, shipped } from '../shipped.ts';

export interface DomainPageProps extends PageProps {
  readonly path: keyof typeof shipped;
  /** Of what is done here. One who may not is told who may. */
  readonly right?: Right;
  /** What that is, where there is more to do here than this: `raise one`. */
  readonly does?: string;
}

/** A page of a feature: with what stands above it whatever is in it, and in its place where an app has not the feature. */
export function DomainPage({ path, right, does, children, ...page }: DomainPageProps) {
  const [app, readAgain] = useApp();
  const feature = shipped[path];
  return (
    <Page {...page}>
      {right?.may === false && right.roles && <ReadOnly role={right.roles.join(' or ')} does={does} />}
      {app.state === 'failed' && !app.value ? (
        <Failed title="The contract of this stage could not be read" onRetry={readAgain}>
          {app.error.message}
        </Failed>
      ) : !app.value ? (
        <Loading lines={6} />
      ) : !hasFeature(app.value, feature) ? (
        <Empty title="This app does not have it">
          Its list of features has none with the action <code>{feature.actions[0]}</code>.
        </Empty>
      ) : (
        children
      )}
    </Page>
  );
}

export interface FollowedProps {
  /** What is shown, in a word or two: `the board`. */
  readonly what: string;
  readonly isJoined: boolean;
  readonly error: TidingsError | undefined;
  /** Who may follow it, in the contract's words. */
  readonly who?: string;
  readonly lines?: number;
  readonly children: ReactNode;
}

/** What is made of a topic: bones until it is there, and in its place why it is not. */
export function Followed({ what, isJoined, error, who, lines = 6, children }: FollowedProps) {
  if (error) {
    return (
      <Failed title={`You ${error.code === 'forbidden' ? 'may not see' : 'cannot follow'} ${what}`}>
        <span>
          {error.message}
          {who !== undefined && error.code === 'forbidden' && `. Who may: ${who}.`}
        </span>
      </Failed>
    );
  }
  return isJoined ? children : <Loading lines={lines} label={`Waiting for ${what}`} />;
}
