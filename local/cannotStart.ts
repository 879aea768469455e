/** Why the local stack cannot start, in words for its user. It is not a bug. */
export class CannotStart extends Error {}
