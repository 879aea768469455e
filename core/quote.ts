/** A client's own text, shortened and quoted, for an error that only this client gets. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
