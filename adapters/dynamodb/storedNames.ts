/**
 * Names inside of a value that are stored with a `~` in front, and so is what looks like one that is. DynamoDB refuses an
 * empty one (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html), and
 * the SDK's marshaller, by which others read and write the table, takes an object with a `constructor` for an instance of
 * a class and drops `__proto__`. The attributes of a row are ours, and need nothing.
 */
const toEscape = /^~*(?:constructor|__proto__)?$/;
const escaped = /^~+(?:constructor|__proto__)?$/;

export const toStored = (name: string) => (toEscape.test(name) ? `~${name}` : name);
export const fromStored = (name: string) => (escaped.test(name) ? name.slice(1) : name);
