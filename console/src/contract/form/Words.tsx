/** A sentence of the contract: names of the wire stand between backticks in it. */
export const Words = ({ text }: { readonly text: string }) => (
  <>
    {text.split('`').map((part, index) =>
      // The parts of a sentence have no other names than their places.
      index % 2 === 1 ? <code key={index}>{part}</code> : part,
    )}
  </>
);
