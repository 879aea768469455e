/** The parts of an address of the console, as they were before they were written into it. */
export function segmentsOf(location: string): readonly string[] {
  return location
    .split('/')
    .slice(1)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** An address of the console. A colon stays as it is, so that a topic can be read in it. */
export const pathOf = (...segments: readonly string[]): string =>
  segments.map((one) => `/${encodeURIComponent(one).replaceAll('%3A', ':')}`).join('');
