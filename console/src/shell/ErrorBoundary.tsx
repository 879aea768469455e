import { Component, type ReactNode } from 'react';
import { Button } from '../ui/controls/Button.tsx';
import { Failed } from '../ui/layout/States.tsx';
import css from './shell.module.css';

/** What a page throws ends this page, and not the console. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className={css.broken}>
        <Failed title="This page has failed" onRetry={() => this.setState({})}>
          <p>{error.message}</p>
          <Button onClick={() => location.reload()}>Load the console again</Button>
        </Failed>
      </div>
    );
  }
}
