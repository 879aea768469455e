/** How a check ended. `not tried`: one that it builds on failed. */
export type CheckState = 'ok' | 'failed' | 'not tried' | 'skipped' | 'not in this app';

export interface CheckResult {
  readonly name: string;
  readonly state: CheckState;
  readonly ms: number;
  readonly says: string;
  /** What to do next, where it failed. */
  readonly todo?: string;
}

/** What is looked at. It says what it saw, or throws. */
export interface Check<Visit> {
  readonly name: string;
  /** The names of those without which it makes no sense. */
  readonly needs: readonly string[];
  /** What to do when it fails, where the failure does not know better. */
  readonly todo: string;
  /** @throws NotThere, CheckFailed; anything else counts as failed too. */
  run(visit: Visit): Promise<string>;
}

export class CheckFailed extends Error {
  readonly todo: string | undefined;
  constructor(message: string, todo?: string) {
    super(message);
    this.todo = todo;
  }
}

/** There is nothing to look at: no failure. */
export class NotThere extends Error {
  readonly state: 'skipped' | 'not in this app';
  constructor(state: NotThere['state'], message: string) {
    super(message);
    this.state = state;
  }
}
