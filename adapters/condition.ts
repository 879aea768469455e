import type { Condition, Row } from '../core/ports.ts';

/**
 * Whether a condition holds of a row as it was read. The memory table judges all writes by this; the
 * DynamoDB table only a `check` that stands alone, where a strong read and this are the same instant.
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
