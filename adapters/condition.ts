import type { Condition, Row } from '../core/ports.ts';

/**
 * Whether a condition holds for a row as it was read. The memory table uses this for all writes. The DynamoDB
 * table uses it only for a `check` by itself, where a strong read does the same.
 */
export function holds(condition: Condition, row: Row | undefined): boolean {
  switch (condition.is) {
    case 'absent':
      return row === undefined;
    case 'present':
      return row !== undefined;
    case 'equal':
      return row?.[condition.attribute] === condition.value;
    case 'below': {
      const value = row?.[condition.attribute];
      return typeof value === 'number' && value < condition.value;
    }
    case 'any':
      return condition.of.some((one) => holds(one, row));
    case 'all':
      return condition.of.every((one) => holds(one, row));
  }
}
