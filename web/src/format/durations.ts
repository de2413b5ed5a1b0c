const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Two units at most: 420 ms, 9.5 s, 2 m 14 s, 3 h 5 m, 2 d 4 h. */
export const duration = (milliseconds: number): string => {
  const parts = (large: number, small: number, names: string): string => {
    const [first = '', second = ''] = names.split(' ');
    const rest = Math.floor((milliseconds % large) / small);
    const whole = `${String(Math.floor(milliseconds / large))} ${first}`;
    return rest === 0 ? whole : `${whole} ${String(rest)} ${second}`;
  };
  // By what is shown: 59.97 s would be 60.0 s.
  if (milliseconds < second - 0.5) return `${String(Math.round(milliseconds))} ms`;
  if (milliseconds < minute - 50) return `${(milliseconds / second).toFixed(1)} s`;
  if (milliseconds < minute) return '1 m';
  if (milliseconds < hour) return parts(minute, second, 'm s');
  if (milliseconds < day) return parts(hour, minute, 'h m');
  return parts(day, hour, 'd h');
};
