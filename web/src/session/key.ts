import { signal } from '@preact/signals';

const storageName = 'flowledger.key';

/** For this tab and until it is closed: no other tab, and no later visit, has it. */
const stored = sessionStorage.getItem(storageName);

export const key = signal<string | null>(stored);

/** Why somebody who was signed in has to sign in again. */
export const notice = signal<string | null>(null);

export const keepKey = (secret: string): void => {
  sessionStorage.setItem(storageName, secret);
  notice.value = null;
  key.value = secret;
};

export const forgetKey = (why: string | null = null): void => {
  sessionStorage.removeItem(storageName);
  notice.value = why;
  key.value = null;
};
