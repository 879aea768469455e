import type { ReactNode } from 'react';
import { Button } from '../controls/Button.tsx';
import { Icon, type IconName } from '../Icon.tsx';
import css from './States.module.css';

interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

function Drawn({
  icon,
  title,
  children,
  tone,
}: StateProps & { readonly icon: IconName; readonly tone?: string }) {
  return (
    <div className={[css.state, tone && css[tone]].filter(Boolean).join(' ')}>
      <Icon name={icon} size={20} />
      <h2>{title}</h2>
      {children !== undefined && <div className={css.text}>{children}</div>}
    </div>
  );
}

/** There is nothing, and this is why, and what would change it. */
export const Empty = ({ icon = 'search', ...rest }: StateProps & { readonly icon?: IconName }) => (
  <Drawn icon={icon} {...rest} />
);

/** Something is on its way. It has the height of what comes, so that nothing jumps. */
export function Loading({
  label = 'Loading',
  lines = 3,
}: {
  readonly label?: string;
  readonly lines?: number;
}) {
  return (
    <div className={css.loading} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={css.bone} />
      ))}
    </div>
  );
}

/** Something failed, in the words of whoever said so, and what can be done. */
export function Failed({ title, children, onRetry }: StateProps & { readonly onRetry?: () => void }) {
  return (
    <div role="alert">
      <Drawn icon="faults" title={title} tone="bad">
        {children}
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Drawn>
    </div>
  );
}

/** A line above what it is about. */
export function Notice({
  tone,
  icon,
  children,
}: {
  readonly tone: 'accent' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly children: ReactNode;
}) {
  return (
    <div className={[css.notice, css[tone]].join(' ')} role="status">
      <span className={css.noticeIcon}>
        <Icon name={icon} />
      </span>
      <div>{children}</div>
    </div>
  );
}

/** What is shown is as it was when the connection was lost. As high as the line in whose place it stands. */
export const Reconnecting = ({ children }: { readonly children: ReactNode }) => (
  <p className={css.reconnecting} role="status">
    <Icon name="refresh" />
    {children}
  </p>
);

interface ReadOnlyProps {
  /** Who could change it. */
  readonly role: string;
  /** What else may be done to it: it is not read only then. */
  readonly does?: string | undefined;
}

/** It can be looked at and not changed. */
export const ReadOnly = ({ role, does }: ReadOnlyProps) => (
  <Notice tone="accent" icon="lock">
    {does ? 'It' : 'Read only: it'} takes the role <code>{role}</code> to {does ?? 'change it'}.
  </Notice>
);
