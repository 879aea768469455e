/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {}

/** The server refused, or could not be asked: exit code 1. */
export class Failed extends Error {}

/** Nobody answered; somebody may later. */
export class Unreachable extends Failed {}
