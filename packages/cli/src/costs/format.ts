/** A number for people: 12,346; 1,230; 12.3; 0.0123. */
export function count(value: number): string {
  const digits = Math.abs(value) >= 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString('en-US', digits);
}

/** An amount for people: $12,346; $12.35; $0.0123. */
export function usd(value: number): string {
  if (value >= 100) return `$${Math.round(value).toLocaleString('en-US')}`;
  return `$${value >= 1 ? value.toFixed(2) : value.toLocaleString('en-US', { maximumSignificantDigits: 3, maximumFractionDigits: 10 })}`;
}

/** A duration for people. */
export function duration(seconds: number): string {
  return seconds < 120 ? `${count(seconds)} s` : `${count(seconds / 60)} min`;
}
