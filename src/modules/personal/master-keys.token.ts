/** The master keys of this process: `MasterKeys`. */
export const MASTER_KEYS = Symbol('MASTER_KEYS');
