/** What a worker process can be asked to do, by name. */
export type Tasks = Readonly<Record<string, (input: never) => Promise<unknown>>>;

export interface Call {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** For worker processes: answers the calls of the bench until it goes away. */
export const serveTasks = (tasks: Tasks): void => {
  const reply = (message: Reply): void => {
    process.send?.(message);
  };
  const perform = async ({ id, task, input }: Call): Promise<void> => {
    try {
      const run = tasks[task] as ((input: unknown) => Promise<unknown>) | undefined;
      if (run === undefined) throw new Error(`no task ${task}`);
      reply({ id, value: await run(input) });
    } catch (error) {
      reply({ id, error: (error as Error).message });
    }
  };
  process.on('message', (call: Call) => {
    void perform(call);
  });
  process.on('disconnect', () => {
    process.exit(0);
  });
};
