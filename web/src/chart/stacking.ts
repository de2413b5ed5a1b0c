/** Each series on top of those before it: what bars that stand on one another reach up to. */
export const stacked = (series: readonly (readonly (number | null)[])[]): number[][] => {
  let below: readonly number[] = [];
  return series.map((values) => {
    const tops = values.map((value, index) => (value ?? 0) + (below[index] ?? 0));
    below = tops;
    return tops;
  });
};
