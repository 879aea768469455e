/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {}

/** The server refused, or could not be asked: exit code 1. */
export class Failed extends Error {}

/** The server answered with an error frame. */
export class Refused extends Failed {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** AWS was not asked, or refused to be: credentials or a Region are missing, or a right is. */
export class NoAccess extends Failed {}

/** The event bus does not take one event; the next it may. */
export class EventRefused extends Failed {}

/** Nobody answered; somebody may later. */
export class Unreachable extends Failed {}
