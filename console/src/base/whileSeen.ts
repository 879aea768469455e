/** Starts while the page is seen and stops while it is hidden. @returns ends it, and stops */
export function whileSeen(start: () => void, stop: () => void): () => void {
  const change = () => (document.visibilityState === 'visible' ? start() : stop());
  document.addEventListener('visibilitychange', change);
  change();
  return () => {
    document.removeEventListener('visibilitychange', change);
    stop();
  };
}
