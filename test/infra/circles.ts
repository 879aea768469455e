import type { Json, JsonObject, Synthesized } from './template.ts';

/** The resources of a template that wait for each other, which CloudFormation refuses. */
export function circlesIn({ resources }: Synthesized): readonly string[] {
  const ids = new Set(resources.map(({ id }) => id));
  /** Every text of a resource that names another: what it refers to, and what it depends on. */
  const namedBy = (value: Json | undefined): string[] => {
    if (typeof value === 'string') return ids.has(value) ? [value] : [];
    return Object.values(Object(value) as JsonObject).flatMap(namedBy);
  };
  const waiting = new Map(resources.map(({ id, raw }) => [id, namedBy(raw).filter((other) => other !== id)]));
  for (let found = true; found; ) {
    const free = [...waiting].filter(([, others]) => others.every((other) => !waiting.has(other)));
    for (const [id] of free) waiting.delete(id);
    found = free.length > 0;
  }
  return [...waiting.keys()];
}
