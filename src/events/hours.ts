/** Hours of people are told to the millionth, so that they add up exactly. */
export const microHoursInHour = 1_000_000;

/** Hours as a count of their millionths. */
export const microHoursOf = (hours: number): bigint => BigInt(Math.round(hours * microHoursInHour));

/** The same the other way round, for reading only. */
export const hoursOf = (microHours: bigint): number => Number(microHours) / microHoursInHour;
