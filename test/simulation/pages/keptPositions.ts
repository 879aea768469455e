import type { PositionStorage, Positions } from '@tidings/client';

/** Positions that outlive the page that saved them. */
export function keptPositions() {
  let kept: Positions = {};
  return {
    /** For a page that begins. @param onLoaded is told what it finds; what it loads before it saves is not told. */
    storage(onLoaded: (positions: Positions) => void): PositionStorage {
      let isLoaded = false;
      return {
        load() {
          if (!isLoaded) onLoaded(kept);
          isLoaded = true;
          return kept;
        },
        save(positions: Positions) {
          kept = positions;
        },
      };
    },
  };
}
