const dayMilliseconds = 86_400_000;

/** Every day from the first to the last, both included, as 2026-11-28. */
export const daysBetween = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += dayMilliseconds) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
};

export const daysBefore = (day: string, count: number): string =>
  new Date(Date.parse(day) - count * dayMilliseconds).toISOString().slice(0, 10);
