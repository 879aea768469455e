import * as z from 'zod/mini';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const domainPrefix = z
  .string()
  .check(
    z.regex(
      /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be lower-case letters, digits and -, at most 63, without aws, amazon or cognito in it',
    ),
  );

/** Cognito sends a code to it, so others on the way must not read it. */
const page = z
  .string()
  .check(
    z.regex(
      /^(?:https:\/\/|http:\/\/localhost[:/])[^\s#]+$/,
      'must be an address that begins with https:// (http://localhost for tests), without a #',
    ),
  );
const pages = z.array(page).check(z.minLength(1));

/** Pages of Cognito's own on which users of the stack's user pool sign in, for browsers: authorization code with PKCE. */
export const signInSchema = z.object({
  /** The pages are at `https://PREFIX.auth.REGION.amazoncognito.com`. Nobody else in the Region may have the same. */
  domainPrefix,
  /** Where they send a browser back to, to the letter. */
  callbackUrls: pages,
  /** And where after signing out. @default `callbackUrls` */
  logoutUrls: z.optional(pages),
});

export type SignIn = z.output<typeof signInSchema>;
