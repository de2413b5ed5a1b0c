import { destination, levels, pino } from 'pino';
import type { Level, Logger } from 'pino';

/** Lines of info are written together, this often at least; a line for each request costs too much. */
const flushMilliseconds = 100;
const gatheredBytes = 4_096;

/** JSON lines on standard error; warnings and what is worse are written at once. */
export const openLog = (level: string): Logger => {
  const file = destination({
    fd: 2,
    sync: false,
    minLength: gatheredBytes,
    periodicFlush: flushMilliseconds,
  });
  const grave = levels.values['warn' satisfies Level] ?? 0;
  return pino(
    {
      level,
      hooks: {
        logMethod(line, method, severity) {
          method.apply(this, line);
          if (severity >= grave) file.flush();
        },
      },
    },
    file,
  );
};
