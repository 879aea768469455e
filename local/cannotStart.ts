/** Why the local stack cannot start, in words for whoever started it: nothing is wrong with the program. */
export class CannotStart extends Error {}
