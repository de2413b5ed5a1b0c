/** The settings this process was started with. */
export const SETTINGS = Symbol('SETTINGS');
