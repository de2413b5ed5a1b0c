/** Who issues what a rollback brings about. */
export const rollbackCaller = { name: 'rollbacker', role: 'operator' } as const;
