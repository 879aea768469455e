/** What an issuer gave to who signed in there. */
export interface Grant {
  /** What the stage takes. */
  readonly token: string;
  /** Tells the issuer who signs out. */
  readonly idToken: string;
  /** Absent: a new token takes another sign-in. */
  readonly refreshToken?: string;
}
